"""How much one address, one link or one guesser may ask for; what is remembered of them is bounded."""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 20_000


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then `per_s` a second."""

    burst: float
    per_s: float


@dataclass(frozen=True)
class Limits:
    """What the app lets through.

    Args:
        address: pages an address may ask for; a whole university may stand behind one.
        link: pages that one rater's link may ask for.
        guess: wrong links and wrong secrets of one address.
        joining: participants who arrive over the general link from one address.
        body_bytes, body_s: the size of a form, and how long it may take to arrive.
        connections: open connections; more are refused.
    """

    address: Rate = Rate(600, 120)
    link: Rate = Rate(60, 6)
    guess: Rate = Rate(10, 0.2)
    joining: Rate = Rate(120, 2)
    body_bytes: int = 32 * 1024
    body_s: float = 10.0
    connections: int = 1000


class Buckets:
    """A token bucket for each key; of too many keys the one unused for longest is forgotten."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str, now: float) -> float:
        """0 when one more is allowed, which is then counted; else how long to wait for it, in seconds."""
        left, at = self._left.pop(key, (self._rate.burst, now))
        left = min(self._rate.burst, left + max(0.0, now - at) * self._rate.per_s)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate.per_s


def neighbourhood(address: str) -> str:
    """The address itself, or its /64 where one subscriber has a whole IPv6 network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))
