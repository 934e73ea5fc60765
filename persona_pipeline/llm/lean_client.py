"""The openai client's connections without httpx's layers: a plain POST goes straight to aiohttp, all else as usual.

Half of what a call costs is httpx merging headers, cookies and URLs that are the same each time, and reading a body in
pieces; decisions/0201 says why. `build_request` and `send` are what openai asks of its http_client, and
replacing them keeps its authentication, addresses and errors.
"""

import urllib.request
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx2
import openai

REDIRECTS = range(300, 400)


class LeanClient(openai.DefaultAioHttpClient):
    """An http_client for AsyncOpenAI: what a wave of equal calls to one address needs, and not more.

    Behind a proxy named by the environment, and for anything but a POST of bytes, it is openai's own client.

    Args:
        base_url: the address that will be asked.
        timeout: connect and read, in seconds; it is the same for each request.
        limits: the most connections, and how long an idle one is kept.
    """

    def __init__(self, base_url: str, *, timeout: httpx2.Timeout, limits: httpx2.Limits) -> None:
        super().__init__(timeout=timeout, limits=limits)
        self._direct = not _behind_proxy(base_url)
        self._limits = limits
        self._per_call = aiohttp.ClientTimeout(total=None, sock_connect=timeout.connect, sock_read=timeout.read)
        self._urls: dict[str, httpx2.URL] = {}
        self._session: aiohttp.ClientSession | None = None

    def build_request(self, method: str, url: Any, **parts: Any) -> httpx2.Request:
        """The request with openai's headers, and without httpx's defaults, which aiohttp has as well."""
        if not self._direct or method.upper() != "POST" or not isinstance(parts.get("content"), bytes):
            return super().build_request(method, url, **parts)
        if url not in self._urls:
            self._urls[url] = httpx2.URL(url)
        return httpx2.Request(method, self._urls[url], headers=parts.get("headers"), content=parts["content"])

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """The whole response; a redirect is followed by httpx, which asks anew."""
        if not self._direct or request.method != "POST" or options.get("stream") or "timeout" in request.extensions:
            return await super().send(request, **options)
        response = await self._post(request)
        if response.status_code in REDIRECTS:
            return await super().send(request, **options)
        return response

    async def _post(self, request: httpx2.Request) -> httpx2.Response:
        if self._session is None:
            self._session = self._connect(request.url.scheme == "https")
        asked = self._session.post(
            str(request.url),
            data=request.content,
            headers=[(name, value) for name, value in request.headers.multi_items() if name != "host"],
            allow_redirects=False,
            timeout=self._per_call,
        )
        async with asked as response:
            content = await response.read()
            headers = [pair for pair in response.raw_headers if pair[0].lower() not in _UNPACKED]
            return httpx2.Response(response.status, headers=headers, content=content, request=request)

    def _connect(self, secure: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._limits.max_connections or 0,
            keepalive_timeout=self._limits.keepalive_expiry,
            ssl=httpx2.create_ssl_context() if secure else False,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await super().aclose()


_UNPACKED = (b"content-encoding", b"content-length", b"transfer-encoding")  # true of what came, not of what is given


def _behind_proxy(base_url: str) -> bool:
    parts = urlsplit(base_url)
    proxies = urllib.request.getproxies()
    return bool(proxies.get(parts.scheme) or proxies.get("all")) and not urllib.request.proxy_bypass(parts.netloc)
