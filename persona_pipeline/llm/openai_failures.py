"""What the openai client raises, as one of the closed set of failure kinds; never with the key in it."""

import email.utils
import re
import time

import aiohttp
import httpx2
import openai

from persona_pipeline.llm.pace import pause_told
from persona_pipeline.llm.parameters import CAN_BE_LEFT_OUT, how_to_leave_out
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.schemas.chat import FailureKind

LONGEST_MESSAGE = 500
FAILURES = (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, aiohttp.ClientError, OSError, UnicodeError)
"""What a call can raise for reasons outside this program."""


def failure_from(exc: Exception, *, secret: str, model: str) -> ProviderFailure:
    """Why the call failed, in the provider's words, with the secret taken out."""
    kind = _kind_of(exc)
    message = _message_of(exc).replace(secret, "[key]")[:LONGEST_MESSAGE]
    refused = refused_parameter(message) if kind == "bad_request" else None
    return ProviderFailure(kind, message, _retry_after_s(exc), fix=how_to_leave_out(model, refused) if refused else "")


def refused_parameter(message: str) -> str | None:
    """The parameter that a model does not take, by the endpoint's words; None when that is not what they say."""
    if not re.search(r"not support|unsupported", message, re.IGNORECASE):
        return None
    named = re.search(rf"\b({'|'.join(('max_tokens', *CAN_BE_LEFT_OUT))})\b", message)
    return named.group() if named else None


def _kind_of(exc: Exception) -> FailureKind:
    if isinstance(exc, openai.APIStatusError):
        return kind_of_status(exc.status_code, exc.code)
    if isinstance(exc, UnicodeError | httpx2.InvalidURL):
        return "bad_request"  # text that is no valid Unicode cannot be sent
    if isinstance(exc, aiohttp.ClientResponseError):
        return "malformed"  # not HTTP
    return _kind_of_silence(exc)


def kind_of_status(status: int, code: str | None) -> FailureKind:
    """The kind of failure that an HTTP status, and the provider's own code beside it, stand for."""
    if code == "insufficient_quota":
        return "auth"  # comes as 429, but waiting does not help
    known: dict[int, FailureKind] = {401: "auth", 403: "auth", 404: "not_found", 408: "timeout", 409: "server"}
    if status in known:
        return known[status]
    if status == 429:
        return "rate_limit"
    return "server" if status >= 500 else "bad_request"


def _kind_of_silence(exc: Exception) -> FailureKind:
    """Timeout or connection, by the causes: the layers between call a lost connection a timeout."""
    causes = _causes(exc)
    if any(isinstance(cause, aiohttp.ConnectionTimeoutError | aiohttp.ClientConnectorError) for cause in causes):
        return "connection"
    return "timeout" if any(isinstance(cause, TimeoutError) for cause in causes) else "connection"


def _causes(exc: BaseException) -> list[BaseException]:
    """The exception and what caused it, back to the first."""
    chain = [exc]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    return chain


def _message_of(exc: Exception) -> str:
    if isinstance(exc, openai.APIStatusError):
        said = exc.body.get("message") if isinstance(exc.body, dict) else exc.body
        return f"HTTP {exc.status_code}: {said or exc.message}"
    if isinstance(exc, TimeoutError):
        return "the answer was not whole in time"
    first = _causes(exc)[-1]
    return f"{type(first).__name__}: {first}".rstrip(": ")


def _retry_after_s(exc: Exception) -> float | None:
    """Seconds to wait: from Retry-After as milliseconds, seconds or a date, else from what the limits' headers tell."""
    if not isinstance(exc, openai.APIStatusError):
        return None
    headers = exc.response.headers
    asked_s = _number(headers.get("retry-after-ms", ""), 1000) or _seconds_or_date(headers.get("retry-after", ""))
    if asked_s is None and exc.status_code == 429:
        return pause_told(headers) or None
    return asked_s


def _seconds_or_date(given: str) -> float | None:
    seconds = _number(given, 1)
    if seconds is not None:
        return seconds
    date = email.utils.parsedate_tz(given)
    return None if date is None else max(0.0, email.utils.mktime_tz(date) - time.time())


def _number(given: str, a_second: float) -> float | None:
    try:
        return max(0.0, float(given) / a_second)
    except ValueError:
        return None
