"""Whether a failed call is worth another attempt, and after how long."""

from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.schemas.chat import FailureKind
from persona_pipeline.seeds import unit_interval

WORTH_ANOTHER: frozenset[FailureKind] = frozenset({"timeout", "rate_limit", "server", "connection", "malformed"})
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
LONGEST_RETRY_AFTER_S = 300.0  # an endpoint that asks for more is not waited for


def pause_before(attempt: int, attempts: int, failure: ProviderFailure, request_hash: str) -> float | None:
    """Seconds to wait before this attempt; None when there should be none.

    Twice as long each time, from half a second to half a minute, times 0.75 to 1.25 so that requests that failed
    together do not come back together; never less than the endpoint asks for.

    Args:
        attempt: 2 for the first retry.
        attempts: the most there may be.
    """
    if attempt > attempts or failure.kind not in WORTH_ANOTHER:
        return None
    asked_s = failure.retry_after_s or 0.0
    if asked_s > LONGEST_RETRY_AFTER_S:
        return None
    own_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (attempt - 2))
    jitter = 0.75 + 0.5 * unit_interval("jitter", request_hash, attempt)
    return max(own_s * jitter, asked_s * (1 + 0.1 * jitter) if asked_s else 0.0)
