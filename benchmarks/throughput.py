"""Model calls a second: our runner with its ledger against a bare aiohttp loop, the most one Python process can do.

Each contender does the same work in a process of its own against the same stub, in turns: every pair is a base answer,
a critique and a revision, three waves one after another. Run it with

    python -m benchmarks.throughput --latency-ms 200 --concurrency 256 --pairs 2000

The last line is JSON: the medians over the rounds, and ratio_to_aiohttp. Other systems take part when an environment of
theirs stands in .venv-peers/ (make bench-peers); they do fewer pairs, as they take longer, and rates are per second.
One that fails is named with the reason.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers.work import MODEL, Wave, measure

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-peers"
OURS, LIMIT = "persona_pipeline", "aiohttp"


def main() -> None:
    options = _options()
    if options.contender:
        ask = _through_runner if options.contender == OURS else _through_aiohttp
        print(json.dumps(measure(ask, f"http://127.0.0.1:{options.port}/v1", options.pairs, options.concurrency)))
        return
    with stub(options.latency_ms) as port:
        rounds = [{name: _in_own_process(name, port, options) for name in contenders()} for _ in range(options.rounds)]
    failed = {name: one["failed"] for a_round in rounds for name, one in a_round.items() if "failed" in one}
    figures = {name: _medians([one[name] for one in rounds]) for name in rounds[0] if name not in failed}
    _print_table(figures, failed, options)
    print(json.dumps(_summary(figures, failed, options)))


def contenders() -> list[str]:
    """Ours, the limit, and every peer that has an environment and a script."""
    scripts = sorted(path.stem for path in (ROOT / "benchmarks" / "peers").glob("*.py"))
    return [LIMIT, OURS, *(name for name in scripts if (PEERS / name / "bin" / "python").exists())]


@contextlib.contextmanager
def stub(latency_ms: float) -> Iterator[int]:
    """The stub's port, while it runs in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.stub", "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _in_own_process(name: str, port: int, options: argparse.Namespace) -> dict[str, Any]:
    """Its figures, or under `failed` why a peer has none."""
    python, pairs = PEERS / name / "bin" / "python", options.pairs
    command = [sys.executable, "-m", "benchmarks.throughput", "--contender", name]
    if is_peer := name not in (LIMIT, OURS):
        command, pairs = [str(python), "-m", f"benchmarks.peers.{name}"], min(options.pairs, options.peer_pairs)
    sizes = ["--port", port, "--concurrency", options.concurrency, "--pairs", pairs]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE if is_peer else None}
    done = subprocess.run([*command, *map(str, sizes)], cwd=ROOT, **pipes, text=True, check=not is_peer)
    if done.returncode:
        return {"failed": ((done.stderr or "").strip().splitlines() or ["it said nothing"])[-1][:300]}
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _through_runner(base_url: str, waves: list[Wave], concurrency: int) -> int:
    """The assets' way, ledger and all."""
    chat = _chat(base_url, concurrency)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.sqlite"
        return sum(_answered(chat.ask(_requests(wave), ledger=ledger, asked_by="benchmark")) for wave in waves)


def _answered(replies: list[Any]) -> int:
    return sum(reply.status == "ok" for reply in replies)


def _chat(base_url: str, concurrency: int) -> Any:
    from persona_pipeline.resources.chat import Chat

    return Chat(provider="openai_compatible", model=MODEL, base_url=base_url, concurrency=concurrency)


def _requests(wave: Wave) -> list[Any]:
    from persona_pipeline.schemas.chat import ChatRequest, Message

    shared = Message("system", wave.system)
    return [
        ChatRequest(f"feedback.{wave.name}", f"pair-{n}", MODEL, (shared, Message("user", user)), f"{wave.name}@0")
        for n, user in enumerate(wave.users)
    ]


def _through_aiohttp(base_url: str, waves: list[Wave], concurrency: int) -> int:
    return sum(len(asyncio.run(_loop(base_url, _requests(wave), concurrency))) for wave in waves)


async def _loop(base_url: str, wave: list[Any], concurrency: int) -> list[str]:
    """The least that asking takes: a body made, sent, read and parsed; nothing is checked or kept."""
    import aiohttp

    answers: list[str] = []
    requests = iter(wave)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:

        async def work() -> None:
            for request in requests:
                async with session.post(f"{base_url}/chat/completions", json=request.body()) as response:
                    answers.append(json.loads(await response.read())["choices"][0]["message"]["content"])

        await asyncio.gather(*(work() for _ in range(concurrency)))
    return answers


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def _print_table(figures: dict[str, dict[str, float]], failed: dict[str, str], options: argparse.Namespace) -> None:
    print(
        f"{3 * options.pairs:,} requests, {options.latency_ms:g} ms latency, concurrency {options.concurrency:,}: "
        f"latency alone allows {options.concurrency / options.latency_ms * 1000:,.0f} requests/s"
        if options.latency_ms
        else f"{3 * options.pairs:,} requests, no latency, concurrency {options.concurrency:,}"
    )
    print(f"{'':20}{'requests/s':>12}{'CPU ms/request':>16}{'peak MB':>10}{'of aiohttp':>12}")
    for name, one in figures.items():
        share = one["per_second"] / figures[LIMIT]["per_second"]
        print(f"{name:20}{one['per_second']:12,.0f}{one['cpu_ms']:16.2f}{one['peak_mb']:10,.0f}{share:12.2f}")
    for name, why in failed.items():
        print(f"{name:20} not measured: {why}")


def _summary(
    figures: dict[str, dict[str, float]], failed: dict[str, str], options: argparse.Namespace
) -> dict[str, Any]:
    ours = figures[OURS]
    peers = {name: ours["per_second"] / one["per_second"] for name, one in figures.items() if name not in (OURS, LIMIT)}
    return {
        "requests": 3 * options.pairs,
        "latency_ms": options.latency_ms,
        "concurrency": options.concurrency,
        "requests_per_second": round(ours["per_second"], 1),
        "ratio_to_aiohttp": round(ours["per_second"] / figures[LIMIT]["per_second"], 3),
        "cpu_ms_per_request": round(ours["cpu_ms"], 3),
        "peak_mb": round(ours["peak_mb"], 1),
        **{f"ratio_to_{name}": round(ratio, 2) for name, ratio in peers.items()},
        **({"not_measured": failed} if failed else {}),
    }


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description="Model calls a second, against a bare aiohttp loop.")
    options.add_argument("--latency-ms", type=float, default=200, help="how long the stub takes for an answer")
    options.add_argument("--concurrency", type=int, default=256)
    options.add_argument("--pairs", type=int, default=2000, help="three requests each")
    options.add_argument("--peer-pairs", type=int, default=500, help="for the other systems, where --pairs is more")
    options.add_argument("--rounds", type=int, default=3, help="contenders take turns this often")
    options.add_argument("--contender", help=argparse.SUPPRESS)
    options.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return options.parse_args()


if __name__ == "__main__":
    main()
