"""Texts as words: what counts as the same, how much two texts share, and which words say little by themselves."""

import re
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_COMMON = """
a about after again all also always am among an and another any are as at away back be because been before being
best better between both but by can cannot come comes could day days did different do does doing done down during
each either else enough even ever every everything few find first for from gets give gives go goes good great had
has have having he help her here hers him his home hour hours how however i if in instead into is it its itself
just keep keeps kind know last least less let life like likes little live lives long look looks lot made make makes
many may me might mind more most much must my near need needs never new next no nor not nothing now of off often
old on once one only or other others our out over own part people person place plan point rather really right same
say says see seem seems set several shall she should simple since small so some somebody someone something
sometimes soon still such sure take takes tell than that the their them themselves then there these they thing
things think this those though through thus time times to together too try two under until up upon us use used
uses very want wants was way ways we week well were what when where whether which while who whole whom whose why
will with within without word words work works would year years yes yet you your yours yourself
"""
COMMON: frozenset[str] = frozenset(_COMMON.split())
"""Words that stand in texts about anything: alone they identify nobody."""

Run = tuple[str, ...]


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation; an apostrophe is part of its word."""
    return _WORD.findall(text.replace("’", "'").casefold())


def runs(text: str, length: int) -> set[Run]:
    """Every `length` words in a row."""
    found = words(text)
    return set(zip(*(found[start:] for start in range(length)), strict=False))


def similarity(one: str, other: str) -> float:
    """The share of neighbouring words that two texts have in common (Jaccard), from 0 to 1.

    1 where they differ in case, blanks and punctuation only. One word changed in eighty leaves about 0.95. The start
    and the end count as neighbours, so that a text of one word has some.
    """
    mine, theirs = neighbours(one), neighbours(other)
    return len(mine & theirs) / len(mine | theirs)


def n_words(text: str) -> int:
    """Words as separated by white space: the unit of length of a pair."""
    return len(text.split())


def neighbours(text: str) -> set[Run]:
    """Each word with the next one; the first with the start, the last with the end."""
    return set(pairwise(["", *words(text), ""]))
