"""The one task that writes: it puts a wave's replies into the ledger in batches, and leaves none behind."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.schemas.chat import ChatReply, ChatRequest

EVERY_S, BATCH = 0.25, 256  # what a kill can lose: the replies of a quarter of a second


class Writer:
    """Collects replies with `add` and commits them every quarter of a second, or as soon as 256 wait.

    On the way out of `async with`, whatever the reason, the rest is committed. An error of the ledger is raised by the
    next `add`, or on the way out.
    """

    def __init__(self, ledger: Ledger, endpoint: str, asked_by: str) -> None:
        self._ledger, self._endpoint, self._asked_by = ledger, endpoint, asked_by
        self._waiting: list[tuple[ChatRequest, ChatReply]] = []
        self._full = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._write_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        failed = self._task.done()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if not failed:
            self._commit()

    def add(self, request: ChatRequest, reply: ChatReply) -> None:
        if self._task.done():
            self._task.result()
        self._waiting.append((request, reply))
        if len(self._waiting) >= BATCH:
            self._full.set()

    async def _write_on(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), EVERY_S)
            self._full.clear()
            self._commit()

    def _commit(self) -> None:
        """In this thread: a batch takes milliseconds, and nothing can be cancelled halfway."""
        batch, self._waiting = self._waiting, []
        if batch:
            self._ledger.record_many(batch, endpoint=self._endpoint, asked_by=self._asked_by)
