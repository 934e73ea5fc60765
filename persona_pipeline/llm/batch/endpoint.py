"""An endpoint's files and batches, through the openai client: one method, one call."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import httpx2
import openai

from persona_pipeline.llm.batch.lines import URL
from persona_pipeline.llm.openai_failures import FAILURES, failure_from
from persona_pipeline.llm.provider import ProviderFailure

CONNECT_S = 10.0
NAME_OF_OURS = "persona_pipeline_batch"  # in a batch's metadata, with our key as the value
CLOCKS_APART_S = 3_600.0  # the endpoint's clock may be so much behind ours
ENDED = ("completed", "expired", "cancelled", "failed")
PIECE = 1 << 20


@dataclass(frozen=True)
class Problem:
    """Why an endpoint would not take an input file.

    Args:
        line: of the file, from 1; None when it is about the whole.
    """

    code: str
    message: str
    line: int | None

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line is not None else self.message


@dataclass(frozen=True)
class Batch:
    """A batch as the endpoint tells it.

    Args:
        took_s: from its creation to its end, in seconds; 0 before that.
    """

    id: str
    status: str
    completed: int
    failed: int
    output_file_id: str | None
    error_file_id: str | None
    problems: tuple[Problem, ...]
    took_s: float

    @property
    def ended(self) -> bool:
        return self.status in ENDED


class BatchEndpoint:
    """Calls one endpoint; what fails raises ProviderFailure, and nothing is tried twice.

    Args:
        timeout_s: how long the endpoint may be silent, in seconds.
    """

    def __init__(self, base_url: str, api_key: str, timeout_s: float) -> None:
        self.address, self._api_key = base_url, api_key
        self._client = openai.OpenAI(
            api_key=api_key, base_url=base_url, max_retries=0, timeout=httpx2.Timeout(timeout_s, connect=CONNECT_S)
        )

    def __repr__(self) -> str:
        return f"BatchEndpoint({self.address!r})"

    def close(self) -> None:
        self._client.close()

    def upload(self, key: str, content: IO[bytes]) -> str:
        """Sends an input file, from its beginning; its id there."""
        content.seek(0)
        with self._told():
            return str(self._client.files.create(file=(f"{key}.jsonl", content), purpose="batch").id)

    def create(self, file_id: str, key: str) -> Batch:
        """Makes a batch of a file; from here on it costs money."""
        with self._told():
            return _batch(
                self._client.batches.create(
                    input_file_id=file_id,
                    endpoint=URL,
                    completion_window="24h",
                    metadata={NAME_OF_OURS: key},
                    extra_headers={"Idempotency-Key": key},  # where it is honoured, a repeated call makes no second one
                )
            )

    def find(self, key: str, since: float) -> Batch | None:
        """The batch that was made under this key, if one was.

        Args:
            since: the earliest that it can have been made, in seconds since 1970 by our clock.
        """
        with self._told():
            for batch in self._client.batches.list(limit=100):  # page by page, the newest first
                if (batch.metadata or {}).get(NAME_OF_OURS) == key:
                    return _batch(batch)
                if batch.created_at < since - CLOCKS_APART_S:
                    return None
        return None

    def look(self, batch_id: str) -> Batch:
        with self._told():
            return _batch(self._client.batches.retrieve(batch_id))

    def download(self, file_id: str, into: IO[bytes]) -> None:
        """Writes a file's whole content; a file that does not exist (any more) raises with kind not_found."""
        into.seek(0)
        into.truncate()
        with self._told(), self._client.files.with_streaming_response.content(file_id) as response:
            for piece in response.iter_bytes(PIECE):
                into.write(piece)

    def delete(self, file_id: str) -> None:
        with self._told():
            self._client.files.delete(file_id)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what the client raises into one of the kinds of failure, without the key in it."""
        try:
            yield
            return
        except FAILURES as exc:
            failure = failure_from(exc, secret=self._api_key, model="the batch's model")
        except (AttributeError, TypeError, ValueError) as exc:  # the client takes whatever came for what was expected
            failure = ProviderFailure("malformed", f"the answer is not what was asked for ({type(exc).__name__})")
        raise failure


def _batch(found: Any) -> Batch:
    counts = found.request_counts
    problems = (found.errors.data if found.errors is not None else None) or ()
    ended_at = found.completed_at or found.expired_at or found.cancelled_at or found.failed_at
    return Batch(
        str(found.id),
        str(found.status),
        counts.completed if counts is not None else 0,
        counts.failed if counts is not None else 0,
        found.output_file_id,
        found.error_file_id,
        tuple(Problem(str(one.code), one.message or "no reason given", one.line) for one in problems),
        float(max(0, ended_at - found.created_at)) if ended_at else 0.0,
    )
