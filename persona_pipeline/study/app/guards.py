"""What surrounds every page: headers that browsers obey, a limit on floods, and a body read whole, in time, or not."""

import asyncio
import math
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from persona_pipeline.study.app.limits import Buckets, Limits, neighbourhood
from persona_pipeline.study.app.tokens import hashed

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of a rater's page is their key
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
Refuse = Callable[[int], Response]


class Guards:
    """The app behind all of them.

    Args:
        refuse: the page for a status.
        clock: seconds that only grow.
    """

    def __init__(
        self, app: ASGIApp, *, limits: Limits, refuse: Refuse, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app, self._limits, self._refuse, self._clock = app, limits, refuse, clock
        self._addresses, self._links = Buckets(limits.address), Buckets(limits.link)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        guarded = _with_headers(send)
        wait_s = self._wait_s(scope)
        if wait_s:
            refused = self._refuse(429)
            refused.headers["Retry-After"] = str(math.ceil(wait_s))
            await refused(scope, receive, guarded)
            return
        body = await self._body(scope, receive)
        if isinstance(body, int):
            refused = self._refuse(body)
            refused.headers["Connection"] = "close"  # the rest of the body is not read
            await refused(scope, receive, guarded)
            return
        await self._app(scope, _replaying(body, receive), guarded)

    def _wait_s(self, scope: Scope) -> float:
        now, path = self._clock(), str(scope["path"])
        wait_s = self._addresses.wait_s(address_of(scope), now)
        if path.startswith("/r/"):
            token = path.split("/")[2]
            wait_s = max(wait_s, self._links.wait_s(hashed(token).hex()[:32], now))
        return wait_s

    async def _body(self, scope: Scope, receive: Receive) -> bytes | int:
        """The whole body, or the status to refuse it with."""
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit():
            return 400
        if int(announced) > self._limits.body_bytes:
            return 413
        try:
            return await asyncio.wait_for(self._read(receive), self._limits.body_s)
        except TimeoutError:
            return 408

    async def _read(self, receive: Receive) -> bytes | int:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return 400
            part: bytes = message.get("body", b"")
            body += part
            if len(body) > self._limits.body_bytes:
                return 413
            if not message.get("more_body"):
                return body


def address_of(scope: Scope) -> str:
    return neighbourhood(scope["client"][0]) if scope.get("client") else ""


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


def _replaying(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
