"""How a request becomes a call: its form read and checked for where it came from, off the event loop."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from persona_pipeline.study.app.forms import fields_of
from persona_pipeline.study.app.guards import address_of
from persona_pipeline.study.app.pages import message


class Refused(Exception):  # noqa: N818  # an answer to a browser, not an error of this program
    """A request that is answered with what a status means, and changes nothing."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class Call:
    """A request, with its form's fields if it has one."""

    request: Request
    fields: Mapping[str, str]

    @property
    def address(self) -> str:
        return address_of(self.request.scope)

    @property
    def token(self) -> str:
        return str(self.request.path_params["token"])

    @property
    def position(self) -> int:
        return int(self.request.path_params["position"])

    @property
    def sent(self) -> bool:
        return self.request.method == "POST"


Handler = Callable[[Call], Response]


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The handler, in a thread of its own, because it waits for the disk."""

    async def called(request: Request) -> Response:
        fields: Mapping[str, str] | None = {}
        if request.method == "POST":
            if not _from_here(request):
                return message(403)
            fields = fields_of(request.headers.get("content-type", ""), await request.body())
        if fields is None:
            return message(415)
        try:
            return await run_in_threadpool(handler, Call(request, fields))
        except Refused as refused:
            return message(refused.status)

    return called


def _from_here(request: Request) -> bool:
    """Whether the browser does not say that another site sent the form; a form's own token is checked besides."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")  # null is what our own pages send, with no referrer
    return origin == "null" or origin.partition("://")[2] == request.headers.get("host")
