"""A runner that asks a server in batches, without waiting longer than a test should."""

import copy
import functools
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from persona_pipeline.llm.batch.book import Book
from persona_pipeline.llm.batch.endpoint import BatchEndpoint
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.batch.openai_batches import OpenAIBatches
from persona_pipeline.llm.batch.ways import Nobody
from persona_pipeline.llm.budget import Budget
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.runner import Runner
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus

KEY = "sk-canary"


class Hurried:
    """A clock that runs as fast as one sleeps: waits a hundredth of a second at most."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        self.pauses_s: list[float] = []

    def sleep(self, pause_s: float) -> None:
        self.pauses_s.append(pause_s)
        self._ahead_s += pause_s
        time.sleep(min(pause_s, 0.01))

    def clock(self) -> float:
        return time.monotonic() + self._ahead_s


class Overtaken(Ledger):
    """A ledger that somebody else writes to right after it was first looked into."""

    def __init__(self, path: Path, meanwhile: Callable[[], object]) -> None:
        super().__init__(path)
        self._meanwhile: Callable[[], object] | None = meanwhile

    def lookup(self, hashes: Iterable[str], *, also: tuple[ReplyStatus, ...] = ()) -> dict[str, ChatReply]:
        found = super().lookup(hashes, also=also)
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return found


@functools.cache
def _kept(base_url: str) -> BatchEndpoint:
    return BatchEndpoint(base_url, KEY, 10.0)


def endpoint_at(base_url: str) -> BatchEndpoint:
    """A client for the address that shares its connections, which take a while to set up, with others for it."""
    found = copy.copy(_kept(base_url))
    found.close = lambda: None  # type: ignore[method-assign]
    return found


def ask_in_batches(
    base_url: str,
    path: Path,
    requests: list[ChatRequest],
    *,
    limits: Limits | None = None,
    budget: Budget | None = None,
    asked_by: str = "run",
    time_of: Hurried | None = None,
    connect: Callable[[], BatchEndpoint] | None = None,
    book_of: Callable[[Path], Book] = Book,
    ledger_of: Callable[[Path], Ledger] = Ledger,
    **more: Any,
) -> list[ChatReply]:
    """What a runner gives that asks in batches and keeps its ledger at the path."""
    time_of = time_of or Hurried()
    batching = OpenAIBatches(
        connect or (lambda: endpoint_at(base_url)),
        limits or Limits(),
        clock=time_of.clock,
        sleep=time_of.sleep,
        book_of=book_of,
    )
    with ledger_of(path) as ledger:
        runner = Runner(Nobody(base_url), ledger, concurrency=1, batching=batching, budget=budget)
        return runner.run(requests, asked_by=asked_by, **more)
