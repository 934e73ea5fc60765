"""Personal data by its form: what each rule looks for, counted and never repeated."""

import re
from collections.abc import Callable

import pandas as pd

from persona_pipeline.prompts.filters import Find, RuleSettings, said


def finds(pattern: str, noun: str, is_one: Callable[[str], bool] = lambda _: True, *, plural: str = "") -> Find:
    """A rule's `find`: how many matches of the pattern that are one.

    Args:
        noun: what is counted; `plural` where that is not just an s more.
        is_one: what else has to hold for a match.
    """
    looked_for = re.compile(pattern, re.IGNORECASE)

    def find(candidates: pd.DataFrame, _: RuleSettings) -> pd.DataFrame:
        counts = candidates["text"].map(lambda text: sum(is_one(match.group()) for match in looked_for.finditer(text)))
        some = counts[counts > 0]
        words = [f"{count} {noun if count == 1 else plural or noun + 's'}" for count in some]
        return said(pd.Series(words, index=some.index, dtype=object))

    return find


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def passes_luhn(number: str) -> bool:
    """Whether the digits have the check digit of a payment card.

    Source: ISO/IEC 7812-1, annex B.
    """
    digits = [int(digit) for digit in reversed(digits_of(number))]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
