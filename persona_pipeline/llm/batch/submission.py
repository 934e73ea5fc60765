"""Submitting a batch so that a crash between any two steps neither loses it nor pays for it twice."""

import contextlib
import datetime
from collections.abc import Callable, Sequence
from typing import IO

from persona_pipeline.llm.batch.book import Book, Record
from persona_pipeline.llm.batch.endpoint import Batch, BatchEndpoint
from persona_pipeline.llm.batch.lock import submitting
from persona_pipeline.llm.batch.patience import Patience
from persona_pipeline.llm.provider import ProviderFailure


class Submission:
    """Puts batches under way, each step written down before the next.

    Entered in the book, uploaded, made into a batch: whoever finds a batch without an id, while nobody else holds the
    lock, asks the endpoint for one under our key. Only when there is none is it given up and its requests are free.
    """

    def __init__(self, book: Book, endpoint: BatchEndpoint, patience: Patience) -> None:
        self._book, self._endpoint, self._patience = book, endpoint, patience

    def submit(self, record: Record, hashes: Sequence[str], content: IO[bytes]) -> Record | None:
        """The batch under way; None when another process has one of its requests in a batch of its own."""
        with submitting(self._book.path):
            if not self._book.claim(record, hashes):
                return None
            file_id = self._patience(lambda: self._endpoint.upload(record.key, content))
            record = self._book.update(record, file_id=file_id, status="uploaded")
            batch = self._patience(self._made_once(record, file_id))
            return self._book.update(record, batch_id=batch.id, status=batch.status)

    def recover(self, record: Record) -> Record | None:
        """The batch under way, as a process that died left it; None when it never came to be."""
        with submitting(self._book.path):
            now = self._book.get(record.key)
            if now is None or now.status == "given up":
                return None
            if now.batch_id is not None:
                return now
            found = self._patience(lambda: self._endpoint.find(record.key, _second(record)))
            if found is not None:
                return self._book.update(now, batch_id=found.id, status=found.status)
            self._book.release(record.key, "given up")
            if now.file_id is not None:
                with contextlib.suppress(ProviderFailure):  # it expires by itself
                    self._endpoint.delete(now.file_id)
            return None

    def _made_once(self, record: Record, file_id: str) -> Callable[[], Batch]:
        """A call that makes the batch, and that may be repeated: it looks first whether an earlier one did."""
        made_before = False

        def make() -> Batch:
            nonlocal made_before
            found = self._endpoint.find(record.key, _second(record)) if made_before else None
            made_before = True
            return found or self._endpoint.create(file_id, record.key)

        return make


def _second(record: Record) -> float:
    return datetime.datetime.fromisoformat(record.created_at).timestamp()
