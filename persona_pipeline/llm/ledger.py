"""The reply ledger: every reply under the hash of what was asked, so that none is paid for twice."""

import datetime
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from persona_pipeline.errors import ConfigError, LedgerError
from persona_pipeline.llm.ledger_stores import store_at
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus
from persona_pipeline.schemas.fields import columns_of
from persona_pipeline.schemas.ops import ModelCall
from persona_pipeline.seeds import content_hash
from persona_pipeline.settings import is_address

CHUNK = 500  # hashes in one query
PAGE = 10_000  # calls in memory at once
CALL_COLUMNS = tuple(column.name for column in columns_of(ModelCall))
COLUMNS = (*CALL_COLUMNS, "text", "failure")

_REPLY_COLUMNS = (
    "request_hash, status, text, answered_by, simulated, prompt_tokens, completion_tokens, latency_s, attempts, "
    "failure_kind, failure"
)
PruneBy = Literal["stage", "model", "status"]
Clock = Callable[[], datetime.datetime]


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Ledger:
    """A SQLite file or a PostgreSQL table of replies; several threads and processes may use one at a time.

    Only whole answers (status ok) are given back: what was truncated, filtered, refused, empty, invalid or failed is
    recorded, and asked again next time. A good reply is never replaced.

    Args:
        place: the file, or an address such as postgresql://user@host/database; made when absent, unless read_only.
        clock: gives the time that a record carries.
        read_only: for a recording to answer from; it must exist.
    Raises LedgerError when it cannot be used.
    """

    def __init__(self, place: Path | str, *, clock: Clock = utc_now, read_only: bool = False) -> None:
        self._store, self._clock = store_at(place, read_only=read_only), clock
        self.place = self._store.place
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The SQLite file; raises ConfigError for another store."""
        if is_address(self.place):
            raise ConfigError(
                "batches are kept in a SQLite ledger",
                where=self.place,
                fix="Ask live (how: live), or name a file as the ledger for this run.",
            )
        return Path(self.place)

    def close(self) -> None:
        with self._lock:
            self._store.close()

    def lookup(self, hashes: Iterable[str], *, also: tuple[ReplyStatus, ...] = ()) -> dict[str, ChatReply]:
        """The good replies among these requests, by hash; `also` names other statuses that will do."""
        wanted = list(dict.fromkeys(hashes))
        found: dict[str, ChatReply] = {}
        statuses = ", ".join("?" for _ in ("ok", *also))
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            places = ", ".join("?" for _ in chunk)
            query = f"SELECT {_REPLY_COLUMNS} FROM replies WHERE request_hash IN ({places}) AND status IN ({statuses})"
            found.update((row[0], _reply(row)) for row in self._rows(query, [*chunk, "ok", *also]))
        return found

    def disappointing(self, hashes: Iterable[str]) -> set[str]:
        """Those of the requests that were asked, without a good answer."""
        wanted = list(dict.fromkeys(hashes))
        found: set[str] = set()
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            places = ", ".join("?" for _ in chunk)
            query = f"SELECT request_hash FROM replies WHERE request_hash IN ({places}) AND status <> 'ok'"
            found.update(row[0] for row in self._rows(query, chunk))
        return found

    def record_many(
        self,
        answered: Iterable[tuple[ChatRequest, ChatReply]],
        *,
        endpoint: str,
        asked_by: str,
        batch: str | None = None,
    ) -> None:
        """Writes all of them in one transaction, or none.

        Args:
            batch: the batch they came from; None when each was a call of its own.
        """
        now = self._clock().astimezone(datetime.UTC).replace(tzinfo=None).isoformat(sep=" ")
        rows = [_row(request, reply, endpoint, now, asked_by, batch) for request, reply in answered]
        try:
            with self._lock:
                self._store.record(COLUMNS, rows)
        except self._store.errors as exc:
            raise self._error("cannot be written", exc) from exc

    def calls(self) -> Iterator[dict[str, Any]]:
        """Every call recorded, in the columns of ops.model_calls, ordered by hash."""
        after, last = f"FROM replies WHERE request_hash > ? ORDER BY request_hash LIMIT {PAGE}", ""
        while page := self._rows(f"SELECT {', '.join(CALL_COLUMNS)} {after}", [last]):
            last = page[-1][0]
            for row in page:
                call = dict(zip(CALL_COLUMNS, row, strict=True))
                call["simulated"] = bool(call["simulated"])
                call["asked_at"] = datetime.datetime.fromisoformat(call["asked_at"])
                yield call

    def spent(self, asked_by: str) -> dict[str, tuple[int, int]]:
        """Prompt and completion tokens that a run was answered with, by model; what nobody counted is 0."""
        query = (
            "SELECT model, CAST(coalesce(sum(prompt_tokens), 0) AS BIGINT), "
            "CAST(coalesce(sum(completion_tokens), 0) AS BIGINT) "
            "FROM replies WHERE asked_by = ? GROUP BY model"
        )
        return {model: (prompt, completion) for model, prompt, completion in self._rows(query, [asked_by])}

    def summary(self) -> list[tuple[Any, ...]]:
        """Table, model, status, replies, prompt and answer tokens and the last time, for each of the first three."""
        return self._rows(
            "SELECT stage, model, status, count(*), CAST(sum(prompt_tokens) AS BIGINT), "
            "CAST(sum(completion_tokens) AS BIGINT), max(asked_at) "
            "FROM replies GROUP BY stage, model, status ORDER BY stage, model, status"
        )

    def answer_lengths(self) -> list[tuple[Any, ...]]:
        """Table, model, simulated, answers and their mean tokens, of answers that were counted and not cut."""
        return self._rows(
            "SELECT stage, model, max(simulated), count(*), CAST(avg(completion_tokens) AS DOUBLE PRECISION) "
            "FROM replies WHERE completion_tokens IS NOT NULL AND status IN ('ok', 'invalid') GROUP BY stage, model"
        )

    def count(self, chosen: Mapping[PruneBy, str]) -> int:
        """How many replies have these values."""
        where, values = _where(chosen)
        return int(self._rows(f"SELECT count(*) FROM replies WHERE {where}", values)[0][0])

    def prune(self, chosen: Mapping[PruneBy, str]) -> int:
        """Deletes the replies with these values, and says how many."""
        where, values = _where(chosen)
        try:
            with self._lock:
                return self._store.change(f"DELETE FROM replies WHERE {where}", values)
        except self._store.errors as exc:
            raise self._error("cannot be pruned", exc) from exc

    def endpoints(self) -> list[str]:
        """Where the recorded replies came from."""
        return [row[0] for row in self._rows("SELECT DISTINCT endpoint FROM replies ORDER BY endpoint")]

    def any_simulated(self) -> bool:
        return bool(self._rows("SELECT 1 FROM replies WHERE simulated = 1 LIMIT 1"))

    def digest(self) -> str:
        """A hash of what the good replies say; equal digests, equal answers."""
        rows = self._rows("SELECT request_hash, text FROM replies WHERE status = 'ok' ORDER BY request_hash")
        return content_hash("ledger", rows)

    def _rows(self, query: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._store.rows(query, values)
        except self._store.errors as exc:
            raise self._error("cannot be read", exc) from exc

    def _error(self, what: str, exc: Exception) -> LedgerError:
        return LedgerError(
            f"the reply ledger {what}: {exc}",
            where=self.place,
            fix="Check the disk, or the database, and who else uses it; what was recorded before is kept.",
        )


def _where(chosen: Mapping[PruneBy, str]) -> tuple[str, list[str]]:
    return " AND ".join(f"{name} = ?" for name in chosen), list(chosen.values())


def _reply(row: tuple[Any, ...]) -> ChatReply:
    (
        request_hash,
        status,
        text,
        answered_by,
        simulated,
        prompt_tokens,
        completion_tokens,
        latency_s,
        attempts,
        failure_kind,
        failure,
    ) = row
    return ChatReply(
        request_hash,
        status,
        text,
        answered_by,
        bool(simulated),
        prompt_tokens,
        completion_tokens,
        latency_s,
        attempts,
        failure_kind=failure_kind,
        failure=failure,
        from_ledger=True,
    )


def _row(
    request: ChatRequest, reply: ChatReply, endpoint: str, now: str, asked_by: str, batch: str | None
) -> tuple[Any, ...]:
    """In the order of COLUMNS."""
    return (
        reply.request_hash,
        request.stage,
        request.row_id,
        endpoint,
        request.model,
        reply.model,
        request.template,
        request.draw,
        reply.status,
        reply.failure_kind,
        reply.prompt_tokens,
        reply.completion_tokens,
        reply.latency_s,
        reply.attempts,
        int(reply.simulated),
        now,
        asked_by,
        batch,
        reply.text,
        reply.failure,
    )
