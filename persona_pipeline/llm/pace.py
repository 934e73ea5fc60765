"""Limits by the minute: as settings, kept by spacing requests out; as x-ratelimit-* headers, kept by waiting."""

import re
from collections.abc import Mapping

BURST_S = 1.0  # so much of a minute's allowance may be used at once
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Pace:
    """Spaces out what is limited by the minute.

    Args:
        per_minute: requests or tokens; None: no limit.
    """

    def __init__(self, per_minute: float | None) -> None:
        self._per_minute, self._due = per_minute, float("-inf")

    def wait_s(self, amount: float, now: float) -> float:
        """Seconds until the amount may be used; it counts as used then."""
        if self._per_minute is None:
            return 0.0
        starts = max(self._due, now - BURST_S)
        self._due = starts + amount * 60 / self._per_minute
        return max(0.0, starts - now)


def pause_told(headers: Mapping[str, str]) -> float:
    """Seconds to wait for, by headers that say nothing is left until a reset; 0 when something is, or none says."""
    return max(_pause(headers, what) for what in ("requests", "tokens"))


def limits_told(headers: Mapping[str, str]) -> dict[str, float]:
    """The limits that headers name, such as {"told_requests": 500}; what is no number is left out."""
    said = {what: headers.get(f"x-ratelimit-limit-{what}", "").strip() for what in ("requests", "tokens")}
    return {f"told_{what}": float(text) for what, text in said.items() if re.fullmatch(r"\d+(\.\d+)?", text)}


def _pause(headers: Mapping[str, str], what: str) -> float:
    if headers.get(f"x-ratelimit-remaining-{what}", "").strip() != "0":
        return 0.0
    return seconds(headers.get(f"x-ratelimit-reset-{what}", "")) or 0.0


def seconds(text: str) -> float | None:
    """A duration such as `6m0s`, `20ms` or `1.5` (seconds); None when it is none."""
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return float(text)
    if not re.fullmatch(r"(\d+(\.\d+)?(ms|[smhd]))+", text.strip()):
        return None
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|[smhd])", text)
    return sum(float(number) * _UNITS_S[unit] for number, unit in parts)
