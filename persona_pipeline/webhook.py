"""Posting a line of text to a webhook, in the JSON that Slack and Mattermost take: {"text": …}.

Whoever has a webhook's address can write into its channel, so the address is a secret: no error and no log has it.
That is why this is urllib, which logs nothing; urllib3 logs the path of every request at level DEBUG.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from persona_pipeline.errors import NotificationError

VARIABLE = "PERSONA_WEBHOOK"
TIMEOUT_S = 5.0
ATTEMPTS = 3
FIRST_WAIT_S = 0.5  # doubled after each attempt
LONGEST_WAIT_S = 5.0  # a sensor has a minute for everything
LONGEST_TEXT = 3000
FIX = f"Look at the value of {VARIABLE} in the environment of the process that runs sensors."


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Gives up: a message must not follow to another address."""


def post(url: str, text: str, *, wait: Callable[[float], None] = time.sleep) -> None:
    """Delivers a text; a server that is busy or does not answer is asked again, twice.

    Args:
        wait: what passes the seconds between attempts.

    Raises NotificationError, without the address.
    """
    request = _request(url, text)
    for attempt in range(ATTEMPTS):
        problem, wait_s = _sent(request)
        if problem is None:
            return
        if wait_s is None:
            break
        if attempt + 1 < ATTEMPTS:
            wait(min(LONGEST_WAIT_S, max(wait_s, FIRST_WAIT_S * 2**attempt)))
    raise NotificationError(f"the message could not be delivered: {problem}", where="webhook", fix=FIX)


def _request(url: str, text: str) -> urllib.request.Request:
    body = json.dumps({"text": text[:LONGEST_TEXT]}).encode()
    try:
        usable = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise NotificationError("the address is none", where="webhook", expected="an https address", fix=FIX)
    return urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")


def _sent(request: urllib.request.Request) -> tuple[str | None, float | None]:
    """What went wrong, if anything, and how long to wait before another attempt; None when there is no use in one."""
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=TIMEOUT_S):
            return None, None
    except urllib.error.HTTPError as exc:
        exc.close()
        busy = exc.code == 429 or exc.code >= 500
        wait_s = exc.headers.get("Retry-After", "")
        return f"the server answered {exc.code}", (float(wait_s) if wait_s.isdigit() else 0.0) if busy else None
    except (OSError, http.client.HTTPException) as exc:  # refused, timed out, unknown host, broken off
        return f"the server could not be reached ({type(getattr(exc, 'reason', exc)).__name__})", 0.0
