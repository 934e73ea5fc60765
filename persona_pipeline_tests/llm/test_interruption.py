"""What a killed or interrupted run leaves behind, with real processes and a real server."""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.runner import Runner
from persona_pipeline_tests.llm.asking import many
from persona_pipeline_tests.llm.servers import simulated_server

N, CONCURRENCY = 400, 8
KILLS, LATENCY_S = 8, 0.04
RUN = """
import signal, sys
from pathlib import Path
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.runner import Runner
from persona_pipeline_tests.llm.asking import many

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background may have taken it away
base_url, path, n, concurrency = sys.argv[1:]
provider = PROVIDERS.get("openai_compatible")(ProviderSettings(base_url=base_url))
with Ledger(Path(path)) as ledger:
    replies = Runner(provider, ledger, concurrency=int(concurrency)).run(many(int(n)), asked_by="run")
print([r.status for r in replies].count("ok"))
"""


def start(base_url: str, path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, base_url, str(path), str(N), str(CONCURRENCY)]
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


def run_here(base_url: str, path: Path) -> int:
    """The same run in this process; the number of good replies."""
    provider = PROVIDERS.get("openai_compatible")(ProviderSettings(base_url=base_url))
    with Ledger(path) as ledger:
        replies = Runner(provider, ledger, concurrency=CONCURRENCY).run(many(N), asked_by="run")
    return [r.status for r in replies].count("ok")


def stats(base_url: str) -> dict[str, int]:
    with urllib.request.urlopen(base_url.removesuffix("/v1") + "/stats", timeout=10) as answer:
        found: dict[str, int] = json.load(answer)
    return found


def until_asked(base_url: str, count: int) -> None:
    deadline = time.monotonic() + 60
    while stats(base_url)["requests"] < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def finish(process: subprocess.Popen[str]) -> int:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return int(out)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_asks_only_what_is_missing(tmp_path: Path, how: signal.Signals) -> None:
    path = tmp_path / "replies.sqlite"
    with simulated_server(latency_s=0.05) as (base_url, _):
        ended = start(base_url, path)
        until_asked(base_url, N // 2)
        ended.send_signal(how)
        ended.communicate(timeout=60)
        assert ended.returncode != 0
        asked = stats(base_url)["requests"]
        with Ledger(path) as ledger:
            kept = len(list(ledger.calls()))
        lost = asked - kept
        rate = CONCURRENCY / 0.05  # requests a second, at most
        assert 0 <= lost <= CONCURRENCY + (rate * 0.35 if how == signal.SIGKILL else 0)

        assert run_here(base_url, path) == N
        assert stats(base_url)["requests"] == N + lost
        assert stats(base_url)["distinct_requests"] == N


def _run_to_the_end(base_url: str, path: Path) -> None:
    assert run_here(base_url, path) == N


def kept(path: Path) -> int:
    with Ledger(path) as ledger:
        return len(list(ledger.calls()))


def test_a_run_killed_again_and_again_at_random_pays_for_nothing_twice_but_what_was_under_way(tmp_path: Path) -> None:
    path, chance = tmp_path / "replies.sqlite", random.Random(4)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__, "persona_pipeline.llm.openai_chat"])
    with simulated_server(latency_s=LATENCY_S) as (base_url, served):
        lost: list[int] = []
        for _ in range(KILLS):
            before, asked = kept(path), served.stats.requests
            killed = processes.Process(target=_run_to_the_end, args=(base_url, path))
            killed.start()
            most = min(N - before, 100)
            kill_at = asked + chance.randrange(1, most)
            while served.stats.requests < kill_at and killed.is_alive():
                time.sleep(0.005)
            killed.kill()
            killed.join(30)
            time.sleep(2 * LATENCY_S)  # the server has counted what was on its way
            lost.append(served.stats.requests - asked - (kept(path) - before))
        in_a_commits_time = CONCURRENCY / LATENCY_S * 0.5  # a quarter of a second, and as much for a slow machine
        assert all(0 <= one <= CONCURRENCY + in_a_commits_time for one in lost)

        missing, asked = N - kept(path), served.stats.requests
        _run_to_the_end(base_url, path)
        assert served.stats.requests == asked + missing == N + sum(lost)
        assert served.stats.as_json()["distinct_requests"] == N


def test_two_runs_share_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    with simulated_server(latency_s=0.01) as (base_url, _):
        together = [start(base_url, path), start(base_url, path)]
        assert [finish(process) for process in together] == [N, N]
        asked = stats(base_url)["requests"]
        assert run_here(base_url, path) == N
        assert stats(base_url)["requests"] == asked
    with Ledger(path) as ledger:
        assert len(list(ledger.calls())) == N
