"""What a form may hold: texts of a known length, read without trust."""

import math
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import parse_qsl

from persona_pipeline.study.app.answers import Given
from persona_pipeline.study.app.raters import Arrival
from persona_pipeline.study.app.terms import MAX_REASON, Terms

MAX_FIELDS = 20
FORM = "application/x-www-form-urlencoded"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PROLIFIC = ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID")


def fields_of(content_type: str, body: bytes) -> dict[str, str] | None:
    """The fields of a form as browsers send it; None for anything else. Of a repeated field the last one counts."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        return None
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"))
    except ValueError:
        return None


def given(fields: Mapping[str, str]) -> Given:
    """The answer in a form; a choice that is neither A nor B is none."""
    choice = fields.get("choice", "")
    return Given(
        choice=choice if choice in ("A", "B") else None,
        reason=plain(fields.get("reason", ""))[:MAX_REASON],
        seen=_whole(fields.get("seen", "")),
        active_s=_seconds(fields.get("active_s", "")),
    )


def problems(answer: Given, terms: Terms, *, raw_reason: str) -> dict[str, str]:
    """What is wrong with an answer, by field, as told to the rater; nothing when it can be stored."""
    found = {}
    if answer.choice is None:
        found["choice"] = "Choose answer A or answer B."
    short = terms.min_reason - len(answer.reason)
    if short > 0:
        found["reason"] = f"Please write a little more: at least {terms.min_reason} characters, {short} to go."
    if len(plain(raw_reason)) > MAX_REASON:
        found["reason"] = f"Please shorten this to {MAX_REASON:,} characters."
    return found


def arrival(query: Mapping[str, str]) -> Arrival | None:
    """Who comes from Prolific; None when nobody does, or what it says cannot be a Prolific id."""
    values = [query.get(name, "") for name in _PROLIFIC]
    if not _ID.fullmatch(values[0]) or not all(value == "" or _ID.fullmatch(value) for value in values):
        return None
    return Arrival(*values)


def plain(text: str) -> str:
    """The text with plain line ends, without control characters, and no more blanks than needed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _seconds(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None
