"""A wave through an endpoint's Batch API: submitted, looked after, collected, and asked again where lines are lost."""

import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from persona_pipeline import progress
from persona_pipeline.llm.batch import troubles
from persona_pipeline.llm.batch.book import Book, Record
from persona_pipeline.llm.batch.collection import LOST, Collection, Result, stop_if_hopeless
from persona_pipeline.llm.batch.endpoint import Batch, BatchEndpoint
from persona_pipeline.llm.batch.inputs import Input, new_record, next_input
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.batch.patience import Patience
from persona_pipeline.llm.batch.room import Room
from persona_pipeline.llm.batch.submission import Submission
from persona_pipeline.llm.batch.wave import Wave
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.llm.tokens import prompt_tokens
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus

FIRST_PAUSE_S, GROWTH = 1.0, 1.5
QUEUE_FULL = "token_limit_exceeded"
FULL_QUEUE_POLLS = 10


class OpenAIBatches:
    """Asks waves through the Batch API of one endpoint.

    Args:
        connect: makes a client for the endpoint; it is closed after each wave.
        clock: a monotonic clock, in seconds; `sleep` waits as long on it.
        book_of: opens the book of batches in a ledger's file.
    """

    settles: tuple[ReplyStatus, ...] = ()

    def __init__(
        self,
        connect: Callable[[], BatchEndpoint],
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        book_of: Callable[[Path], Book] = Book,
    ) -> None:
        self._connect, self._limits, self._clock, self._sleep = connect, limits, clock, sleep
        self._book_of = book_of
        self._room = Room(limits.enqueued_tokens)

    def ask(self, wave: Wave) -> dict[str, ChatReply]:
        """A reply for every missing request; batches that an earlier run left under way are taken up first."""
        book, endpoint = self._book_of(wave.ledger.path), self._connect()
        try:
            return _Asking(wave, book, endpoint, self._room, self._limits, self._clock, self._sleep).until_answered()
        finally:
            endpoint.close()
            book.close()


@dataclass
class _UnderWay:
    """A batch that this wave waits for, and the requests of the wave that are in it."""

    record: Record
    ours: list[str]
    since: float


class _Asking:
    """One wave."""

    def __init__(
        self,
        wave: Wave,
        book: Book,
        endpoint: BatchEndpoint,
        room: Room,
        limits: Limits,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._wave, self._book, self._endpoint, self._room, self._limits = wave, book, endpoint, room, limits
        self._clock, self._sleep = clock, sleep
        self._patience = Patience(endpoint.address, limits, clock, sleep)
        self._submission = Submission(book, endpoint, self._patience)
        self._collection = Collection(wave, book)
        self._waiting: dict[str, dict[str, ChatRequest]] = {}  # by model, by hash
        self._under_way: dict[str, _UnderWay] = {}
        self._replies: dict[str, ChatReply] = {}
        self._pause_s = FIRST_PAUSE_S
        self._full_since: float | None = None

    def until_answered(self) -> dict[str, ChatReply]:
        self._book.settle_recorded()
        self._take_up(self._wave.missing)
        while self._waiting or self._under_way:
            self._submit_what_fits()
            if not self._look_after_all():
                self._pause()
        return self._replies

    def _take_up(self, hashes: Iterable[str]) -> None:
        """Waits for the batches that owe these an answer; the others wait to be put into one.

        Another process may have ended a batch after this wave looked into the ledger: what no batch owes is looked up
        there once more, or it would be paid again.
        """
        free = dict.fromkeys(hashes)
        for record in self._book.owing(free):
            troubles.refuse_other_way(record, "batch")
            found = record if record.batch_id is not None else self._submission.recover(record)
            if found is not None:
                ours = [one for one, done in self._book.lines(record.key).items() if not done and one in free]
                known = self._under_way.setdefault(record.key, _UnderWay(found, [], self._clock()))
                known.ours = list(dict.fromkeys([*known.ours, *ours]))
                for one in ours:
                    del free[one]
        answered = self._wave.recorded(free)
        self._replies |= answered
        for one in free:
            if one not in answered:
                request = self._wave.missing[one]
                self._waiting.setdefault(request.model, {})[one] = request

    def _submit_what_fits(self) -> None:
        for model in list(self._waiting):
            while self._waiting.get(model) and self._submit_one(model):
                pass
            if not self._waiting.get(model):
                self._waiting.pop(model, None)
        if self._waiting and not self._under_way and self._wave.budget is not None:
            raise self._wave.budget.used_up(len(self._replies), len(self._wave.missing))

    def _submit_one(self, model: str) -> bool:
        """Puts one more batch under way; False when the endpoint or the budget has no room for one now."""
        waiting, queued = self._waiting[model], self._queued(model)
        room = self._room.left(model, queued)
        if not queued:  # then the endpoint has to say itself that a request is too long
            room = max(room, prompt_tokens(next(iter(waiting.values()))))
        made = next_input(model, waiting, self._limits, room=room, reserve=self._wave.reserve)
        with made.content:
            self._replies |= self._wave.give_up(made.unsendable)
            for one in (*made.hashes, *made.unsendable):
                del waiting[one]
            if made.hashes:
                self._put_under_way(made)
        return bool(made.hashes)

    def _put_under_way(self, made: Input) -> None:
        record = new_record(self._book, "batch", self._wave, made)
        submitted = self._submission.submit(record, made.hashes, made.content)
        if submitted is not None:
            self._under_way[record.key] = _UnderWay(submitted, made.hashes, self._clock())
            return
        self._settle(made.hashes)
        self._take_up(made.hashes)

    def _look_after_all(self) -> bool:
        """Looks at every batch under way and collects those that ended; whether any brought something."""
        brought = [self._look_after(key) for key in list(self._under_way)]
        self._report()
        return any(brought)

    def _look_after(self, key: str) -> bool:
        batch = self._patience(lambda: self._look(self._under_way[key].record))
        mine = self._under_way[key]
        mine.record = self._book.update(
            mine.record, status=batch.status, completed=batch.completed, failed=batch.failed
        )
        if batch.status not in ("validating", "failed"):
            self._full_since = None
        if not batch.ended:
            if self._clock() - mine.since > self._limits.window_s:
                raise troubles.not_ended(mine.record, self._limits.window_s)
            return False
        del self._under_way[key]
        if batch.status == "failed":
            self._refused(mine, batch)
            return False
        self._ended(mine, batch)
        return True

    def _look(self, record: Record) -> Batch:
        try:
            return self._endpoint.look(record.batch_id or "")
        except ProviderFailure as failure:
            if failure.kind != "not_found":
                raise
        raise troubles.unknown(record)

    def _ended(self, mine: _UnderWay, batch: Batch) -> None:
        result = self._results(mine, batch)
        self._replies |= result.replies
        self._book.update(mine.record, remarks=result.remarks)
        again = result.again | dict.fromkeys(result.missing, LOST)
        if batch.status == "cancelled" and again:
            self._book.done(mine.record.key, again)
            self._settle(again)
            raise troubles.cancelled(mine.record, len(mine.ours), len(again))
        failed = self._collection.put_again(mine.record, again, self._wave.attempts)
        self._replies |= failed
        self._room.ended(mine.record.model)
        stop_if_hopeless(self._wave, [*result.replies.values(), *failed.values()])
        self._take_up(one for one in again if one not in failed)

    def _results(self, mine: _UnderWay, batch: Batch) -> Result:
        """What the batch's files say; they are fetched again when they lack lines, as a transfer may have been cut."""
        total = Result(missing=mine.ours)
        for download in range(self._limits.downloads):
            if download:
                self._sleep(FIRST_PAUSE_S)
            with self._fetched(batch.output_file_id) as output, self._fetched(batch.error_file_id) as errors:
                lines = itertools.chain(output, errors)
                found = self._collection.read(mine.record, total.missing, lines, batch.took_s)
            total.replies |= found.replies
            total.again |= found.again
            total.missing, total.odd = found.missing, found.odd
            if not total.missing:
                break
        return total

    @contextmanager
    def _fetched(self, file_id: str | None) -> Iterator[IO[bytes]]:
        """A copy of the endpoint's file; empty when there is none."""
        with tempfile.TemporaryFile() as copy:
            if file_id is not None:
                self._patience(lambda: self._download(file_id, copy))
            copy.seek(0)
            yield copy

    def _download(self, file_id: str, copy: IO[bytes]) -> None:
        try:
            self._endpoint.download(file_id, copy)
        except ProviderFailure as failure:
            if failure.kind != "not_found":  # results are kept for some weeks, not for ever
                raise
            copy.truncate(0)

    def _refused(self, mine: _UnderWay, batch: Batch) -> None:
        """Nothing of the batch was asked: its requests wait for room in the queue, or something is wrong with them."""
        self._book.release(mine.record.key, batch.status)
        self._settle(mine.ours)
        full = [problem for problem in batch.problems if problem.code == QUEUE_FULL]
        if not full:
            raise troubles.invalid(mine.record, batch.problems)
        model = mine.record.model
        self._room.refused(model, mine.record.tokens, self._queued(model), full[0].message)
        now = self._clock()
        self._full_since = self._full_since if self._full_since is not None else now
        if not self._under_way and now - self._full_since > self._limits.window_s:
            raise troubles.no_room(mine.record, self._limits.window_s, full[0].message)
        self._take_up(mine.ours)

    def _settle(self, hashes: Iterable[str]) -> None:
        for one in hashes:
            self._wave.settle(one, None)

    def _queued(self, model: str) -> int:
        return sum(mine.record.tokens for mine in self._under_way.values() if mine.record.model == model)

    def _pause(self) -> None:
        """Waits, longer each time that nothing ended; longest for room in a queue that others fill."""
        most_s = self._limits.poll_s * (FULL_QUEUE_POLLS if self._full_since is not None else 1)
        self._sleep(min(self._pause_s, most_s))
        self._pause_s = min(self._pause_s * GROWTH, most_s)

    def _report(self) -> None:
        wave = self._wave
        records = [mine.record for mine in self._under_way.values()]
        done = wave.known + len(self._replies) + sum(record.completed for record in records)
        states = Counter(record.status for record in records)
        notes = [f"{wave.known:,} from the ledger", *(f"{n:,} batches {status}" for status, n in states.items())]
        waiting = sum(map(len, self._waiting.values()))
        notes += [f"{waiting:,} requests wait for room"] if waiting else []
        total = wave.known + len(wave.missing)
        progress.report(wave.table, min(done, total), total, ", ".join(notes))
