"""Shards: sixteen fixed shares of all personas, by the first digit of their ids.

An id is a hash of what the persona is, so shards are of about one size, a persona's never changes, and new personas
join the shards that are there. The rows of a shard lie between two ids, which a table sorted by them finds at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from persona_pipeline.errors import ConfigError

SHARDS = tuple("0123456789abcdef")
PREFIX = "persona-"


@dataclass(frozen=True)
class Span:
    """Personas from one id on, up to another one that is not in it any more.

    Args:
        n_pairs: how many pairs are theirs; 0 where nobody counted.
    """

    first: str
    beyond: str
    n_pairs: int = 0

    @property
    def sql(self) -> str:
        """A condition on the column persona_id."""
        return f"persona_id >= '{self.first}' AND persona_id < '{self.beyond}'"


def span_of(shard: str) -> Span:
    """The personas of a shard."""
    if shard not in SHARDS:
        raise ConfigError(f"there is no shard {shard!r}", where="shards", expected=f"one of {' '.join(SHARDS)}")
    return Span(PREFIX + shard, PREFIX + chr(ord(shard) + 1))


def shard_range(text: str) -> tuple[str, str]:
    """The first and the last shard of `3` or `3-a`."""
    first, dash, last = text.strip().lower().partition("-")
    last = last if dash else first
    if first not in SHARDS or last not in SHARDS or SHARDS.index(first) > SHARDS.index(last):
        raise ConfigError(
            f"{text!r} names no shards", where="--shards", expected=f"one of {' '.join(SHARDS)}, or a range such as 0-7"
        )
    return first, last


def spans(counts: Sequence[tuple[str, int]], shards: Sequence[str], at_most: int) -> list[Span]:
    """The personas of some shards, in portions of about so many pairs; without personas, none.

    A portion has more pairs than that only when a single persona has, and only personas of those shards.

    Args:
        counts: each persona's id and number of pairs.
    """
    found: list[Span] = []
    for first, last in _neighbours(shards):
        start, end = span_of(first).first, span_of(last).beyond
        portions = _portions(sorted((persona, n) for persona, n in counts if start <= persona < end), at_most)
        borders = [start, *(portion[0][0] for portion in portions[1:]), end]
        found += [
            Span(borders[place], borders[place + 1], sum(n for _, n in portion))
            for place, portion in enumerate(portions)
        ]
    return found


def _neighbours(shards: Sequence[str]) -> list[tuple[str, str]]:
    """The first and the last of each unbroken row of shards."""
    places = sorted(SHARDS.index(shard) for shard in shards)
    starts = [place for place in places if place - 1 not in places]
    ends = [place for place in places if place + 1 not in places]
    return [(SHARDS[start], SHARDS[end]) for start, end in zip(starts, ends, strict=True)]


def _portions(counts: list[tuple[str, int]], at_most: int) -> list[list[tuple[str, int]]]:
    portions: list[list[tuple[str, int]]] = []
    n_pairs = 0
    for persona, n in counts:
        if not portions or n_pairs + n > at_most:
            portions.append([])
            n_pairs = 0
        portions[-1].append((persona, n))
        n_pairs += n
    return portions
