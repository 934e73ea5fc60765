"""What a run leaves behind that ends at any step, and that nothing is paid twice for it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from persona_pipeline.llm.batch.book import Book
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline_tests.llm.asking import many
from persona_pipeline_tests.llm.batch.asking import ask_in_batches, endpoint_at
from persona_pipeline_tests.llm.batch.servers import FaultyBatches, faulty_server

N, A_FILE = 7, Limits(lines=4)
ROOT = Path(__file__).resolve().parents[3]


class Killed(BaseException):
    """Stands for the end of the process: nothing here handles it."""


class Fuse:
    """Ends everything at the given step; steps are the beginnings and ends of calls."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed

    def on(self, target: Any, *names: str) -> Any:
        """The target, with these methods ending everything at their time."""
        for name in names:
            setattr(target, name, self._through(getattr(target, name)))
        return target

    def _through(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            self.burn()
            found = method(*args, **kwargs)
            self.burn()
            return found

        return called


def run(base_url: str, path: Path, fuse: Fuse, count: int = N) -> list[str]:
    replies = ask_in_batches(
        base_url,
        path,
        many(count),
        limits=A_FILE,
        connect=lambda: fuse.on(endpoint_at(base_url), "upload", "create", "find", "look", "download", "delete"),
        book_of=lambda file: fuse.on(Book(file), "claim", "update", "done", "release"),
        ledger_of=lambda file: fuse.on(Ledger(file), "record_many"),
    )
    return [reply.status for reply in replies]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, FaultyBatches]]:
    with faulty_server() as found:
        yield found


def test_a_run_that_ends_at_any_step_is_gone_on_with_and_no_line_is_paid_twice(server, tmp_path: Path) -> None:
    base_url, batches = server
    steps = ended = 0
    while True:
        steps += 1
        batches.paid.clear()
        batches.batches.clear()
        path = tmp_path / f"{steps}.sqlite"
        try:
            run(base_url, path, Fuse(steps), 3)
            break
        except Killed:
            ended += 1
        assert run(base_url, path, Fuse(0), 3) == ["ok"] * 3, steps
        assert sorted(batches.paid.values()) == [1] * 3, steps
        assert sum(left for _, left in Book(path).all()) == 0
    assert ended >= 20


def test_a_run_that_ends_again_and_again_comes_to_its_end(server, tmp_path: Path) -> None:
    base_url, batches = server
    batches.paid.clear()
    batches.batches.clear()
    batches.expire_after = 2  # the first batch: the rest of it goes into a third
    path, runs = tmp_path / "replies.sqlite", 0
    while True:
        runs += 1
        try:
            assert run(base_url, path, Fuse(5 + 2 * runs)) == ["ok"] * N
            break
        except Killed:
            assert runs < 30
    assert runs > 3
    assert sorted(batches.paid.values()) == [1] * N


RUN = """
import sys
from pathlib import Path
from persona_pipeline_tests.llm.asking import many
from persona_pipeline_tests.llm.batch.asking import ask_in_batches
from persona_pipeline_tests.llm.batch.test_interruption import A_FILE, N

print([reply.status for reply in ask_in_batches(sys.argv[1], Path(sys.argv[2]), many(N), limits=A_FILE)].count("ok"))
"""


def start(base_url: str, path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", RUN, base_url, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def until(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not claim():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def test_a_killed_process_and_two_that_run_together_pay_each_line_once(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    with faulty_server(delay_s=1.0) as (base_url, batches):
        for call in ("make", "look"):
            before = batches.calls.count(call)
            killed = start(base_url, path)
            until(lambda call=call, before=before: batches.calls.count(call) > before)
            killed.send_signal(signal.SIGKILL)
            killed.communicate(timeout=120)
            time.sleep(1.0)  # a call still on its way when the next run looks could be paid again (decisions/0202)
        together = [start(base_url, path), start(base_url, path)]
        said = [process.communicate(timeout=120)[0] for process in together]
        assert [one.strip() for one in said] == [str(N)] * 2
        assert sorted(batches.paid.values()) == [1] * N
    assert sum(left for _, left in Book(path).all()) == 0
