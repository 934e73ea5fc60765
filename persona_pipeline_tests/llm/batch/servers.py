"""A server of files and batches that misbehaves as told, and counts what it was paid for."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from persona_pipeline.llm.rejected import Rejected
from persona_pipeline.llm.server_batches import SimulatedBatches, StoredBatch
from persona_pipeline_tests.llm.servers import simulated_server

FULL = "Enqueued token limit reached for sim-a in organization org-1. Limit: {limit} enqueued tokens. Please try again."


class FaultyBatches(SimulatedBatches):
    """Faults are set on an instance; each says when it holds.

    paid: how often each custom_id was answered. calls: what was called, in order.
    refuse: by call, how many of the next ones get a 503, after they were carried out where `too_late` names them.
    expire_after, cancel_after: lines after which the next batch ends so.
    rewrite: changes the lines of the next batches' output and error files.
    cut: how many of the next downloads end in the middle of a line.
    queue: prompt characters / 4 that may wait; None: any.
    invalid: problems that the next batch has.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.paid: Counter[str] = Counter()
        self.calls: list[str] = []
        self.refuse: Counter[str] = Counter()
        self.too_late: set[str] = set()
        self.expire_after: int | None = None
        self.cancel_after: int | None = None
        self.rewrite: Callable[[list[bytes], list[bytes]], tuple[list[bytes], list[bytes]]] | None = None
        self.cut = 0
        self.queue: int | None = None
        self.names_limit = True
        self.invalid: list[dict[str, Any]] = []
        self.most_queued = 0

    def _guarded(self, answer: Any) -> Any:
        name = answer.__name__

        async def faulty(request: Request) -> Response:
            self.calls.append(name)
            if self.refuse[name] > 0:
                self.refuse[name] -= 1
                if name in self.too_late:
                    await answer(request)
                raise Rejected(503, "The server had an error.")
            return await answer(request)

        return super()._guarded(faulty)

    async def content(self, request: Request) -> Response:
        whole = await super().content(request)
        if self.cut > 0:
            self.cut -= 1
            return Response(whole.body[: len(whole.body) * 2 // 3])
        return whole

    def problems(self, batch: StoredBatch) -> list[dict[str, Any]]:
        if self.invalid:
            found, self.invalid = self.invalid, []
            return found
        found = super().problems(batch)
        queued = sum(tokens(other) for other in self.batches.values() if other.status == "in_progress")
        if self.queue is not None and queued + tokens(batch) > self.queue:
            limit = f"{self.queue:,}" if self.names_limit else "unknown"
            return [{"code": "token_limit_exceeded", "message": FULL.format(limit=limit), "line": None}]
        self.most_queued = max(self.most_queued, queued + tokens(batch))
        return found

    async def answers(self, batch: StoredBatch) -> tuple[str, list[bytes], list[bytes]]:
        for attribute, status in (("expire_after", "expired"), ("cancel_after", "cancelled")):
            count = getattr(self, attribute)
            if count is not None:
                setattr(self, attribute, None)
                return self._ended_early(batch, count, status)
        status, output, errors = await super().answers(batch)
        return status, *(self.rewrite(output, errors) if self.rewrite else (output, errors))

    def answer(self, line: dict[str, Any]) -> tuple[bytes, bool]:
        self.paid[line["custom_id"]] += 1
        return super().answer(line)

    def _ended_early(self, batch: StoredBatch, count: int, status: str) -> tuple[str, list[bytes], list[bytes]]:
        done = [self.answer(line)[0] for line in batch.lines[:count]]
        error = {"code": f"batch_{status}", "message": "This request could not be executed in time."}
        left = [{"custom_id": line["custom_id"], "response": None, "error": error} for line in batch.lines[count:]]
        return status, done, [json.dumps(line).encode() + b"\n" for line in left]


def tokens(batch: StoredBatch) -> int:
    """About as many prompt tokens as the program counts."""
    texts = [message["content"] for line in batch.lines for message in line["body"]["messages"]]
    return sum(4 + len(text) // 4 for text in texts)


@contextmanager
def faulty_server(*, delay_s: float = 0.0) -> Iterator[tuple[str, FaultyBatches]]:
    """The base URL, and what keeps its files and batches."""
    with simulated_server(batch_delay_s=delay_s, batches=FaultyBatches) as (base_url, served):
        assert isinstance(served.batches, FaultyBatches)
        yield base_url, served.batches
