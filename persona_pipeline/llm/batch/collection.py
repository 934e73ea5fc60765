"""Reading a batch's results: each line becomes the reply to the request that its custom_id names."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from persona_pipeline.errors import ModelCallError
from persona_pipeline.llm.batch.book import Book, Record
from persona_pipeline.llm.batch.lines import Answer, read_line
from persona_pipeline.llm.batch.patience import GOES_ON
from persona_pipeline.llm.batch.wave import Wave
from persona_pipeline.llm.health import FATAL, Health
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.llm.retries import WORTH_ANOTHER
from persona_pipeline.schemas.chat import ChatReply

AT_ONCE = 500  # lines in one transaction
LOST = ProviderFailure("malformed", "the batch's results have no readable line for it")


@dataclass
class Result:
    """What came of one batch, as far as this wave asked for it.

    Args:
        replies: the answers, and the failures for good; all of them are in the ledger.
        again: requests to be put into another batch, and why.
        missing: requests that no line is about.
        odd: how many lines were unreadable, a second one for the same request, or about a request not in the batch.
    """

    replies: dict[str, ChatReply] = field(default_factory=dict)
    again: dict[str, ProviderFailure] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    odd: Counter[str] = field(default_factory=Counter)

    @property
    def remarks(self) -> str | None:
        found = [f"{count:,} {what}" for what, count in sorted(self.odd.items()) if count]
        return ", ".join(found) or None


class Collection:
    """Turns the lines of ended batches into replies.

    Recording comes first and the book second: after a crash between them a line is read again and changes nothing.
    """

    def __init__(self, wave: Wave, book: Book) -> None:
        self._wave, self._book = wave, book
        self.tries: Counter[str] = Counter()  # by request: the batches of this wave that it was in

    def read(self, record: Record, wanted: Sequence[str], lines: Iterable[bytes], took_s: float) -> Result:
        """What the lines say of the requests wanted; lines about others of the batch are left for who wants them.

        Args:
            took_s: from the batch's creation to its end, in seconds.
        """
        result, ours_only = Result(), set(wanted)
        answers = self._known(lines, ours_only | self._book.lines(record.key).keys(), result)
        ours = (answer for answer in answers if answer.custom_id in ours_only)
        while some := list(islice(ours, AT_ONCE)):
            replies = [reply for answer in some if (reply := self._reply(answer, result, took_s)) is not None]
            self.keep(record, replies)
            result.replies |= {reply.request_hash: reply for reply in replies}
        result.missing = [one for one in wanted if one not in result.replies and one not in result.again]
        return result

    def keep(self, record: Record, replies: list[ChatReply]) -> None:
        """Records replies in the ledger and strikes their lines from the book."""
        pairs = [(self._wave.missing[reply.request_hash], reply) for reply in replies]
        self._wave.ledger.record_many(pairs, endpoint=self._wave.endpoint, asked_by=record.run, batch=record.name)
        self._book.done(record.key, [reply.request_hash for reply in replies])
        for reply in replies:
            self._wave.settle(reply.request_hash, reply)

    def put_again(self, record: Record, failures: dict[str, ProviderFailure], attempts: int) -> dict[str, ChatReply]:
        """Frees requests for another batch; those that were in `attempts` of them already are failed replies."""
        self.tries.update(failures.keys())
        spent = {one: failure for one, failure in failures.items() if self.tries[one] >= attempts}
        failed = [
            self._wave.failed(one, failure.kind, failure.message, self.tries[one]) for one, failure in spent.items()
        ]
        self.keep(record, failed)
        again = [one for one in failures if one not in spent]
        self._book.done(record.key, again)
        for one in again:
            self._wave.settle(one, None)
        return {reply.request_hash: reply for reply in failed}

    def _known(self, lines: Iterable[bytes], in_batch: set[str], result: Result) -> Iterator[Answer]:
        """The first readable line about each request of the batch; the others are counted."""
        seen: set[str] = set()
        for raw in lines:
            if not raw.strip():
                continue
            answer = read_line(raw)
            if answer is None:
                result.odd["unreadable"] += 1
            elif answer.custom_id not in in_batch:
                result.odd["not asked for"] += 1
            elif answer.custom_id in seen:
                result.odd["answered twice"] += 1
            else:
                seen.add(answer.custom_id)
                yield answer

    def _reply(self, answer: Answer, result: Result, took_s: float) -> ChatReply | None:
        request = self._wave.missing[answer.custom_id]
        attempts = self.tries[answer.custom_id] + 1
        try:
            reply = replace(answer.reply(request), attempts=attempts, latency_s=took_s)
        except ProviderFailure as failure:
            if failure.kind in WORTH_ANOTHER:
                result.again[answer.custom_id] = failure
                return None
            return self._wave.failed(answer.custom_id, failure.kind, failure.message, attempts)
        return self._wave.check(request, reply)


def stop_if_hopeless(wave: Wave, replies: Iterable[ChatReply]) -> None:
    """Raises ModelCallError when replies say that the key or the model is wrong, or when most of them failed."""
    health = Health(wave.endpoint, len(wave.missing), 1, lambda: 0.0)
    for reply in replies:
        if reply.failure_kind is not None and reply.failure_kind in FATAL:
            what, fix = FATAL[reply.failure_kind]
            raise ModelCallError(f"{what} ({reply.failure})", where=wave.endpoint, fix=f"{fix} {GOES_ON}")
        health.answered()
        health.finished(reply)
