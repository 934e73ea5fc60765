"""How an asset asks a model: through the chat resource and the ledger, with what it cost as metadata."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.llm.prices import Prices
from persona_pipeline.llm.usage import Usage
from persona_pipeline.progress import Progress, observed_by
from persona_pipeline.resources import Chat, Warehouse
from persona_pipeline.schemas.chat import Acceptable, ChatReply, ChatRequest, ReplyStatus
from persona_pipeline.settings import place_of
from persona_pipeline.turns import Holder, turn

LOG_EVERY_S = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What one or several waves came to; two are added up with `+`.

    Args:
        statuses: replies by what they are.
        from_ledger: replies that the ledger had.
        usage: what asking for the others took, every draw included.
    """

    prices: Prices
    statuses: Counter[ReplyStatus]
    from_ledger: int
    usage: Usage

    def __add__(self, other: "Asked") -> "Asked":
        return Asked(
            self.prices, self.statuses + other.statuses, self.from_ledger + other.from_ledger, self.usage + other.usage
        )

    @property
    def metadata(self) -> dict[str, Any]:
        """For the asset: numbers that Dagster plots over runs; an unknown cost is null, with `cost_reason`."""
        kept = {"replies": dict(self.statuses), "from_ledger": self.from_ledger}
        return kept | self.usage.metadata(self.prices)


@dataclass(frozen=True)
class Answers:
    """A wave's replies, in the order of its requests, and what they took."""

    replies: list[ChatReply]
    asked: Asked

    @property
    def metadata(self) -> dict[str, Any]:
        return self.asked.metadata


@dataclass(frozen=True)
class Asking:
    """Whom a stage asks, for which run, and where replies are kept; it can be handed to another process.

    Args:
        locks: the folder of the locks by which runs take turns; None: whoever hands this out has the turn.
    """

    chat: Chat
    ledger: Path | str
    run_id: str
    log: Callable[[str], object] = _log.info
    warn: Callable[[str], object] = _log.warning
    locks: Path | None = None

    @classmethod
    def of(cls, context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> "Asking":
        locks = Path(f"{warehouse.path}.asking")
        return cls(chat, ledger_path(chat, warehouse), context.run_id, context.log.info, context.log.warning, locks)

    def turn(self, table: str) -> AbstractContextManager[None]:
        """Asking for a table, alone among this machine's runs.

        Another run that asks for the same table at the same time would pay for the same answers: the second one waits
        for the first, and then finds them in the ledger. The book of batches sees to that for batches.
        """
        if self.locks is None or self.chat.how != "live":
            return nullcontext()
        return turn(self.locks / f"{table}.lock", Holder(f"asking for {table}", self.run_id), self.warn)

    def ask(self, requests: list[ChatRequest], acceptable: Acceptable | None = None) -> Answers:
        """Asks a wave of requests; what the ledger has is not asked again.

        Args:
            acceptable: says why an answer lacks the format asked for; such a question is put again.
        """
        chat, usage = self.chat, Usage()
        self.log(f"{len(requests):,} requests to {chat.provider} ({chat.base_url or 'default endpoint'})")
        mine = self.turn(requests[0].stage) if requests else nullcontext()
        with mine, observed_by(every_few_seconds(self.log)):
            replies = chat.ask(requests, ledger=self.ledger, asked_by=self.run_id, acceptable=acceptable, usage=usage)
        statuses = Counter(reply.status for reply in replies)
        asked = Asked(chat.asking_prices(), statuses, sum(reply.from_ledger for reply in replies), usage)
        self.log(f"answered: {asked.metadata}")
        return Answers(replies, asked)


def ask(
    context: dg.AssetExecutionContext,
    chat: Chat,
    warehouse: Warehouse,
    requests: list[ChatRequest],
    acceptable: Acceptable | None = None,
) -> Answers:
    """Asks a wave of requests for an asset; see Asking."""
    return Asking.of(context, chat, warehouse).ask(requests, acceptable)


def usage(answers: Sequence[Answers]) -> dict[str, Any]:
    """The metadata of an asset that asked several times; empty when it never did."""
    if not answers:
        return {}
    first, *others = (answer.asked for answer in answers)
    return sum(others, first).metadata


def every_few_seconds(
    log: Callable[[str], object], clock: Callable[[], float] = time.monotonic
) -> Callable[[Progress], None]:
    """Writes a line with progress, rate, cost and time left into a log, at most every five seconds."""
    due = clock() + LOG_EVERY_S

    def observer(progress: Progress) -> None:
        nonlocal due
        if clock() >= due:
            due = clock() + LOG_EVERY_S
            log(progress.line)

    return observer


def ledger_path(chat: Chat, warehouse: Warehouse) -> Path | str:
    """The ledger's file, or its address without the password."""
    return place_of(chat.ledger, beside=warehouse.path)
