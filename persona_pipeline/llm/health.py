"""When to give an endpoint up: at once for what no retry mends, soon when nobody answers, later when most fail."""

from collections import deque
from collections.abc import Callable

from persona_pipeline.errors import ModelCallError
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.schemas.chat import ChatReply, FailureKind

WINDOW, SHARE_FAILED = 50, 0.9  # of the last 50 finished requests, 45 failed after their retries
FIRST = 8  # requests that must give up on connecting before an endpoint that never answered counts as unreachable
UNREACHABLE_AFTER_S = 10.0  # … or this long without one connection

FATAL: dict[FailureKind, tuple[str, str]] = {
    "auth": (
        "the endpoint refuses the credentials or the account",
        "Set OPENAI_API_KEY to a key that is valid there and may use this model, and check the account's quota.",
    ),
    "not_found": (
        "the endpoint does not have what was asked for",
        "Check the model's name and that the base URL ends in the version, such as /v1.",
    ),
}


class Health:
    """What has come of a wave's calls so far; its methods raise ModelCallError when it is time to stop.

    Args:
        n_requests: the requests of the wave.
    """

    def __init__(self, endpoint: str, n_requests: int, concurrency: int, clock: Callable[[], float]) -> None:
        self._endpoint, self._clock = endpoint, clock
        self._first = min(FIRST, n_requests, concurrency)
        self._began = clock()
        self._reached = False
        self._unconnected = 0
        self._failed: deque[bool] = deque(maxlen=WINDOW)

    def answered(self) -> None:
        """A reply came, of whatever status."""
        self._reached = True

    def failed(self, failure: ProviderFailure) -> None:
        """One attempt failed."""
        if failure.kind in FATAL:
            what, fix = FATAL[failure.kind]
            raise self._error(what, failure.message, fix)
        if failure.fix:
            raise self._error("the endpoint refuses every request like this one", failure.message, failure.fix)
        if failure.kind != "connection":
            self._reached = True
        elif not self._reached and self._clock() - self._began > UNREACHABLE_AFTER_S:
            raise self._unreachable(failure.message)

    def finished(self, reply: ChatReply) -> None:
        """One request is done, with an answer or for good."""
        if not self._reached and reply.failure_kind == "connection":
            self._unconnected += 1
            if self._unconnected >= self._first:
                raise self._unreachable(reply.failure or "")
        self._failed.append(reply.status == "failed")
        if len(self._failed) == WINDOW and sum(self._failed) >= SHARE_FAILED * WINDOW:
            raise self._error(
                f"{sum(self._failed)} of the last {WINDOW} requests failed, after retries",
                f"{reply.failure_kind}: {reply.failure}",
                "Look at the endpoint, then run again: what was answered is kept, and only the rest is asked.",
            )

    def _unreachable(self, cause: str) -> ModelCallError:
        return self._error(
            "the endpoint cannot be reached",
            cause,
            "Start the server, or check the base URL, the network and the proxy settings.",
        )

    def _error(self, what: str, cause: str, fix: str) -> ModelCallError:
        return ModelCallError(f"{what} ({cause})" if cause else what, where=self._endpoint, fix=fix)
