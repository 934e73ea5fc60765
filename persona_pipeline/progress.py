"""What long work tells whoever watches it: a terminal's progress bar, or nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """How far a piece of work has come.

    Args:
        task: what is being done, in the user's words ("feedback.critiques").
        done: units finished so far, of `total`.
        total: all units, or None while that is not known.
        note: what else is worth a glance ("12 from the ledger").
        figures: of work that takes long and costs money.
    """

    task: str
    done: int
    total: int | None
    note: str = ""
    figures: "Figures | None" = None

    @property
    def line(self) -> str:
        """All of it, for a log: "feedback.critiques: 120 of 400, 31/s, 0:09 left, $0.0120, 2 retries"."""
        of_total = f" of {self.total:,}" if self.total is not None else ""
        parts = [f"{self.done:,}{of_total}", *(self.figures.parts if self.figures else ()), self.note]
        return f"{self.task}: {', '.join(part for part in parts if part)}"


@dataclass(frozen=True)
class Figures:
    """How fast, how long still, for how much.

    Args:
        per_s: units finished a second.
        left_s: seconds until the end at this rate; None while there is no rate.
        cost_usd: US dollars so far; None where a price or a count is unknown.
        retries: attempts beyond the first.
    """

    per_s: float
    left_s: float | None
    cost_usd: float | None
    retries: int

    @property
    def parts(self) -> tuple[str, ...]:
        """`("31/s", "0:09 left", "$0.0120", "2 retries")`; without what there is none of."""
        left = f"{clock_time(self.left_s)} left" if self.left_s is not None else ""
        retries = f"{self.retries:,} {'retry' if self.retries == 1 else 'retries'}" if self.retries else ""
        rate = f"{self.per_s:,.{0 if self.per_s >= 10 else 1}f}/s"
        return tuple(part for part in (rate, left, _dollars(self.cost_usd), retries) if part)


def _dollars(amount: float | None) -> str:
    if amount is None:
        return "cost unknown"
    return f"${amount:,.{2 if amount >= 1 else 4}f}" if amount else ""


def clock_time(seconds: float) -> str:
    """`0:09`, `12:30` or `2:03:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class Observer(Protocol):
    def __call__(self, progress: Progress, /) -> None: ...


_observers: ContextVar[tuple[Observer, ...]] = ContextVar("observers", default=())


def report(task: str, done: int, total: int | None = None, note: str = "", figures: Figures | None = None) -> None:
    """Tells everybody who observes how far a task has come."""
    for observer in _observers.get():
        observer(Progress(task, done, total, note, figures))


@contextmanager
def observed_by(observer: Observer) -> Iterator[None]:
    """Makes `observer` hear of everything reported inside the block, besides those who already do."""
    token = _observers.set((*_observers.get(), observer))
    try:
        yield
    finally:
        _observers.reset(token)
