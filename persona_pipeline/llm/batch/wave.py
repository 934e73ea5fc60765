"""What the runner hands to whoever asks a wave by other means than one call for each request."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from persona_pipeline.llm.budget import Budget
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, FailureKind, ReplyStatus

UNSENDABLE = "the text is no valid Unicode and cannot be sent"


@dataclass(frozen=True)
class Wave:
    """The requests that the ledger does not answer, and what holds for them as for live ones.

    Args:
        missing: by request hash.
        known: how many requests of the wave the ledger has answered.
        asked_by: the run that asks.
        attempts: how often a request is sent at most.
        check: gives the reply, marked as invalid when it lacks the format asked for.
        settled: statuses besides ok that a request keeps once it has them.
    """

    missing: Mapping[str, ChatRequest]
    known: int
    endpoint: str
    asked_by: str
    attempts: int
    ledger: Ledger
    budget: Budget | None
    check: Callable[[ChatRequest, ChatReply], ChatReply]
    settled: tuple[ReplyStatus, ...]
    _reserved: set[str] = field(default_factory=set)

    @property
    def table(self) -> str:
        """The table that the wave is for."""
        return next((request.stage for request in self.missing.values()), "model calls")

    def recorded(self, hashes: Iterable[str]) -> dict[str, ChatReply]:
        """Replies that another process has put into the ledger since this wave looked there."""
        found = self.ledger.lookup(hashes, also=self.settled)
        return {one: self.check(self.missing[one], reply) for one, reply in found.items()}

    def give_up(self, unsendable: Iterable[str]) -> dict[str, ChatReply]:
        """The replies, recorded, of requests that no file can hold."""
        replies = {one: self.failed(one, "bad_request", UNSENDABLE, 1) for one in unsendable}
        pairs = [(self.missing[one], reply) for one, reply in replies.items()]
        self.ledger.record_many(pairs, endpoint=self.endpoint, asked_by=self.asked_by)
        return replies

    def reserve(self, request_hash: str) -> bool:
        """Sets aside what the request can cost; False when the budget has no room for it now."""
        if self.budget is None or not self.budget.capped:
            return True
        if not self.budget.reserve(self.missing[request_hash]):
            return False
        self._reserved.add(request_hash)
        return True

    def settle(self, request_hash: str, reply: ChatReply | None) -> None:
        """Counts what the reply cost in the place of what was set aside, if anything was."""
        if self.budget is not None and request_hash in self._reserved:
            self._reserved.remove(request_hash)
            self.budget.settle(self.missing[request_hash], reply)

    def failed(self, request_hash: str, kind: FailureKind, message: str, attempts: int) -> ChatReply:
        """The reply of a request that nothing came of."""
        model = self.missing[request_hash].model
        return ChatReply(
            request_hash,
            "failed",
            None,
            model,
            False,
            attempts=max(1, attempts),
            failure_kind=kind,
            failure=message,
        )


class Batching(Protocol):
    """Asks a wave in batches.

    `settles` names the statuses, besides those for which a question is put again as another draw, that a request keeps
    once it has them: it is not asked again until they are pruned.
    """

    @property
    def settles(self) -> tuple[ReplyStatus, ...]: ...

    def ask(self, wave: Wave) -> dict[str, ChatReply]:
        """A reply for every missing request, by hash, each of them in the ledger."""
        ...
