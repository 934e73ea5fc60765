"""How many requests an endpoint takes at once, found out by asking; one limiter per endpoint and model."""

import asyncio
import functools
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from persona_pipeline.llm.pace import Pace, limits_told, pause_told
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.llm.retries import LONGEST_RETRY_AFTER_S

START = 16  # requests at once, to begin with
KEPT_AFTER_CUT = 0.75
TROUBLE_S = 10.0  # how long a server error holds growth back
RECOVERY = 0.05  # of the remembered ceiling, for each round of answers

Sleep = Callable[[float], Awaitable[None]]


class Limiter:
    """Lets requests in, as many at once as the endpoint was found to take.

    It begins with 16 and doubles with each round of answers. A refusal (429) cuts by a quarter, once for all requests
    that were under way together; from then on the level of that refusal is remembered: below it the limit grows by a
    twentieth of it a round, above it by one. A server error holds growth back for ten seconds. A Retry-After holds
    everybody back.

    Args:
        most: the limit never grows beyond it.
    """

    def __init__(
        self,
        most: int,
        *,
        requests: Pace | None = None,
        tokens: Pace | None = None,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.limit, self.in_flight, self.cuts = float(min(START, most)), 0, 0
        self._most, self._ceiling = most, float("inf")
        self._told: dict[str, float] = {}
        self._requests, self._tokens = requests or Pace(None), tokens or Pace(None)
        self._clock, self._sleep = clock, sleep
        self._closed_until = self._steady_until = self._last_cut = float("-inf")
        self._waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[bool]]] = deque()
        self._lock = threading.Lock()  # two waves in two threads may share an endpoint

    async def enter(self, tokens: int = 0) -> float:
        """Waits for a place and gives the time of entering; `leave` must follow.

        Args:
            tokens: how many the request and its answer may have, where they are limited by the minute.
        """
        now = self._clock()
        due_s = max(self._requests.wait_s(1, now), self._tokens.wait_s(tokens, now))
        if due_s > 0:
            await self._sleep(due_s)
        while True:
            closed_s = self._closed_until - self._clock()
            if closed_s > 0:
                await self._sleep(closed_s)
            elif (turn := self._take_or_queue()) is None or await self._handed(turn):
                return self._clock()

    def leave(self) -> None:
        with self._lock:
            self.in_flight -= 1
            self._wake()

    def answered(self) -> None:
        """An answer came: there may be room for more."""
        with self._lock:
            if self._clock() >= self._steady_until:
                self.limit = min(self._most, self.limit + self._step())
                self._wake()

    def failed(self, failure: ProviderFailure, entered_at: float) -> None:
        """An attempt failed; `entered_at` tells requests that were under way together from later ones."""
        with self._lock:
            now = self._clock()
            if failure.retry_after_s is not None and failure.retry_after_s <= LONGEST_RETRY_AFTER_S:
                self._closed_until = max(self._closed_until, now + failure.retry_after_s)
            if failure.kind == "rate_limit" and entered_at > self._last_cut:
                self._ceiling, self.limit = self.limit, max(1.0, self.limit * KEPT_AFTER_CUT)
                self._last_cut, self.cuts = now, self.cuts + 1
            elif failure.kind in ("server", "timeout", "connection"):
                self._steady_until = now + TROUBLE_S

    def told(self, headers: Mapping[str, str]) -> None:
        """What the endpoint says of its limits, as x-ratelimit-* headers."""
        self._told.update(limits_told(headers))
        pause_s = pause_told(headers)
        if 0 < pause_s <= LONGEST_RETRY_AFTER_S:
            self._closed_until = max(self._closed_until, self._clock() + pause_s)

    def learnt(self) -> dict[str, float | None]:
        """Requests at once that are let in by now, that were under way at the last refusal, and what headers told."""
        refused_at = None if self._ceiling == float("inf") else int(self._ceiling)
        return {"limit": int(self.limit), "refused_at": refused_at, "cuts": self.cuts, **self._told}

    def allow(self, most: int) -> None:
        """Another wave may want more or fewer at once; what was learned stays."""
        self._most = most
        self.limit = min(self.limit, most)

    def _step(self) -> float:
        if self._ceiling == float("inf"):
            return 1.0  # for each of `limit` answers in a round: twice as many
        below = self.limit < self._ceiling
        return (max(1.0, RECOVERY * self._ceiling) if below else 1.0) / self.limit

    def _take_or_queue(self) -> asyncio.Future[bool] | None:
        """None when a place was taken, otherwise what to wait for: True comes with a place, False without."""
        with self._lock:
            if self.in_flight < int(self.limit):
                self.in_flight += 1
                return None
            loop = asyncio.get_running_loop()
            turn: asyncio.Future[bool] = loop.create_future()
            self._waiting.append((loop, turn))
            return turn

    async def _handed(self, turn: asyncio.Future[bool]) -> bool:
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self.leave()  # a place was handed to somebody who had just been called off
            raise

    def _wake(self) -> None:
        """Hands each free place to who has waited longest; one who waits in another thread is told to try again."""
        free = int(self.limit) - self.in_flight
        while free > 0 and self._waiting:
            loop, turn = self._waiting.popleft()
            if turn.done() or loop.is_closed():
                continue  # its wave has ended
            free -= 1
            if loop is asyncio.get_running_loop():
                self.in_flight += 1
                turn.set_result(True)
            else:
                loop.call_soon_threadsafe(_try_again, turn)


def _try_again(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)


@dataclass(frozen=True)
class Limiters:
    """One limiter per endpoint and model, kept from wave to wave.

    Args:
        requests_per_minute, tokens_per_minute: for each of them; None: as the endpoint's headers tell.
    """

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    _known: dict[tuple[str, str], Limiter] = field(default_factory=dict)

    def of(
        self,
        endpoint: str,
        model: str,
        most: int,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Sleep = asyncio.sleep,
    ) -> Limiter:
        if (endpoint, model) not in self._known:
            paces = {"requests": Pace(self.requests_per_minute), "tokens": Pace(self.tokens_per_minute)}
            self._known[endpoint, model] = Limiter(most, **paces, clock=clock, sleep=sleep)
        found = self._known[endpoint, model]
        found.allow(most)
        return found


@functools.cache
def limiters_for(requests_per_minute: float | None, tokens_per_minute: float | None) -> Limiters:
    """The limiters of this process: all waves of a run share what they learned."""
    return Limiters(requests_per_minute, tokens_per_minute)
