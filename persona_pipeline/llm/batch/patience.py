"""Calls that are made again for as long as the reason for their failure may pass."""

import itertools
from collections.abc import Callable
from typing import TypeVar

from persona_pipeline.errors import ModelCallError
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.health import FATAL
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.llm.retries import pause_before

T = TypeVar("T")
GROWING = 8  # attempts with growing pauses; from then on the pause stays at half a minute
GOES_ON = "What was submitted goes on there: run again later, and it is found and not submitted again."


class Patience:
    """Makes a call until it works; raises ModelCallError for what no waiting mends, and when patience ends."""

    def __init__(
        self, address: str, limits: Limits, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._address, self._patience_s, self._clock, self._sleep = address, limits.patience_s, clock, sleep

    def __call__(self, call: Callable[[], T]) -> T:
        began = self._clock()
        for attempt in itertools.count(2):
            try:
                return call()
            except ProviderFailure as exc:
                failure = exc
            self._pause(failure, attempt, began)
        raise AssertionError("ends by returning or raising")

    def _pause(self, failure: ProviderFailure, attempt: int, began: float) -> None:
        if failure.kind in FATAL:
            what, fix = FATAL[failure.kind]
            raise self._error(what, failure, f"{fix} {GOES_ON}")
        pause_s = pause_before(min(attempt, GROWING), GROWING, failure, self._address)
        if pause_s is None:
            raise self._error("the endpoint refuses a call about batches", failure, GOES_ON)
        if self._clock() - began + pause_s > self._patience_s:
            raise self._error(f"the endpoint gave no answer in {self._patience_s:,.0f} s", failure, GOES_ON)
        self._sleep(pause_s)

    def _error(self, what: str, failure: ProviderFailure, fix: str) -> ModelCallError:
        return ModelCallError(f"{what} ({failure.message})", where=self._address, fix=fix)
