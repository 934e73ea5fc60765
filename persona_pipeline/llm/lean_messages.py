"""A call and its answer as openai needs them, at the cost of a few attributes; the rest is made on demand."""

from collections.abc import Mapping
from typing import Any

import httpx2

_OF_THE_WAY = {"host", "content-length", "accept-encoding", "connection", "transfer-encoding"}
_UNPACKED = {"content-encoding", "content-length", "transfer-encoding"}  # true of what came, not of what is given


class Call(httpx2.Request):
    """A request with the method, address and headers of another, and a content of its own."""

    def __init__(self, like: httpx2.Request, content: bytes) -> None:
        self.method, self.url, self.headers = like.method, like.url, like.headers
        self._bytes = content

    @property
    def content(self) -> bytes:
        return self._bytes

    def whole(self) -> httpx2.Request:
        """The same as httpx makes it, with a length and a stream."""
        headers = [pair for pair in self.headers.multi_items() if pair[0] != "content-length"]
        return httpx2.Request(self.method, self.url, headers=headers, content=self._bytes)

    def __getattr__(self, name: str) -> Any:
        return _of_whole(self, name)


class Answer(httpx2.Response):
    """A good response, read and unpacked.

    Args:
        headers: looked up without regard to case.
    """

    headers: Mapping[str, str]  # type: ignore[assignment]  # aiohttp's, as they came

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes, request: httpx2.Request) -> None:
        self.status_code, self.headers, self.request = status, headers, request
        self._bytes = content

    @property
    def content(self) -> bytes:
        return self._bytes

    def raise_for_status(self) -> httpx2.Response:
        return self

    def whole(self) -> httpx2.Response:
        """The same as httpx makes it."""
        headers = [(_raw(name), _raw(value)) for name, value in self.headers.items() if name.lower() not in _UNPACKED]
        return httpx2.Response(self.status_code, headers=headers, content=self._bytes, request=self.request)

    def __getattr__(self, name: str) -> Any:
        return _of_whole(self, name)


def headers_of_messages(request: httpx2.Request) -> dict[str, str]:
    """The request's headers without those that belong to the connection or to one content."""
    return {name: value for name, value in request.headers.multi_items() if name.lower() not in _OF_THE_WAY}


def _of_whole(light: Call | Answer, name: str) -> Any:
    if name.startswith("__") or "_bytes" not in vars(light):  # asked by copy or pickle, before there is anything
        raise AttributeError(name)
    return getattr(light.whole(), name)


def _raw(text: str) -> bytes:
    """A header's bytes; aiohttp keeps those that are no UTF-8 as surrogates."""
    return text.encode("utf-8", "surrogateescape")
