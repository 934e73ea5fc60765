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
        note: what else is worth a glance ("3 retries").
    """

    task: str
    done: int
    total: int | None
    note: str = ""


class Observer(Protocol):
    def __call__(self, progress: Progress, /) -> None: ...


def _nobody(_: Progress) -> None:
    return None


_observer: ContextVar[Observer] = ContextVar("observer", default=_nobody)


def report(task: str, done: int, total: int | None = None, note: str = "") -> None:
    """Tells the current observer how far a task has come."""
    _observer.get()(Progress(task, done, total, note))


@contextmanager
def observed_by(observer: Observer) -> Iterator[None]:
    """Makes `observer` hear of everything reported inside the block."""
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)
