"""How much an endpoint's queue takes: prompt tokens waiting, for each model, found out by being refused."""

import math
import re

TOLD = re.compile(r"[Ll]imit:\s*([\d,]+)\s*enqueued tokens")
KEPT = 0.9  # of the limit that a refusal names: our count of tokens is an estimate


class Room:
    """The room left in the queue.

    A refusal that names the limit sets it. Where that does not explain it, the limit is what was waiting already, or
    half of what was asked for when nothing of ours was; each batch that ends doubles it again, up to what was set or
    told. A batch that is below the limit named, and was refused all the same, waits for what others have in the queue.

    Args:
        most: prompt tokens that may wait for one model; None: not known.
    """

    def __init__(self, most: int | None) -> None:
        self._most: dict[str, float] = {}
        self._now: dict[str, float] = {}
        self._default = math.inf if most is None else float(most)

    def left(self, model: str, waiting: int) -> float:
        """How many tokens may be added to those of ours that wait."""
        most = self._most.get(model, self._default)
        return min(self._now.get(model, math.inf), most) - waiting

    def refused(self, model: str, tokens: int, waiting: int, message: str) -> None:
        """A batch of so many tokens was refused while so many of ours waited."""
        told = TOLD.search(message)
        if told:
            limit = KEPT * int(told[1].replace(",", ""))
            self._most[model] = min(self._most.get(model, self._default), limit)
        if told and tokens + waiting > self._most[model]:
            return
        if waiting:
            self._now[model] = float(waiting)
        elif not told:
            self._now[model] = max(1.0, tokens / 2)

    def ended(self, model: str) -> None:
        """A batch ended: there may be room for more again."""
        if model in self._now:
            self._now[model] *= 2
