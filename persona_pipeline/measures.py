"""What an operator counts: model calls, tables published, checks run. Nobody listens unless told to; see observing/."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Called:
    """A model call that was made; what the ledger had is none.

    Args:
        stage: the table it was made for ("feedback.critiques").
        status: what came of it: ok, refused, failed and so on.
        prompt_tokens, completion_tokens: None where nobody counted them.
        cost_usd: US dollars; None where a price or a count is unknown.
        latency_s: seconds from the last attempt's start to its end.
        attempts: how often it was sent.
    """

    stage: str
    model: str
    status: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost_usd: float | None
    latency_s: float
    attempts: int


@dataclass(frozen=True)
class Published:
    """A table that was published, with the rows that the run put there."""

    table: str
    rows: int


@dataclass(frozen=True)
class Checked:
    """A check of a candidate.

    Args:
        severity: error (the candidate is kept out) or warn.
    """

    table: str
    check: str
    passed: bool
    severity: str


Measure = Called | Published | Checked
Listener = Callable[[Measure], object]
_listeners: list[Listener] = []


def tell(measure: Measure) -> None:
    """Tells everybody who listens; it costs nothing when nobody does."""
    for listener in _listeners:
        listener(measure)


def anybody_listens() -> bool:
    return bool(_listeners)


def listen(listener: Listener) -> None:
    """Lets `listener` hear everything from now on, from whatever thread it happens in."""
    _listeners.append(listener)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Lets `listener` hear what happens in the block."""
    listen(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
