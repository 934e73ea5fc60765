"""The openai client without what is the same for each of 300,000 calls; decisions/0201 says why and what it saves.

openai makes headers, address and credentials anew for each call, and httpx merges and normalises them again, on the way
out and on the way back. Here openai makes them for the first call, and the others carry them; a POST goes to an aiohttp
session, and a good answer is handed back as it came. Errors, redirects, proxies and other methods take openai's and
httpx's own path.
"""

import functools
import ssl
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx2
import openai
from openai._models import FinalRequestOptions

from persona_pipeline.llm.lean_messages import Answer, Call, headers_of_messages

GOOD, REDIRECTS = range(200, 300), range(300, 400)


class LeanOpenAI(openai.AsyncOpenAI):
    """An AsyncOpenAI that posts JSON to one address again and again.

    Args:
        address: the whole address, so that it is not joined anew for each call.
    """

    def __init__(self, address: str, http_client: "LeanClient", **options: Any) -> None:
        super().__init__(http_client=http_client, max_retries=0, **options)
        self._options = FinalRequestOptions.construct(method="post", url=address)
        self._first: httpx2.Request | None = None
        self._lean = http_client.direct

    @property
    def user_agent(self) -> str:
        return super().user_agent.replace(type(self).__name__, openai.AsyncOpenAI.__name__)

    async def post_json(self, content: bytes) -> httpx2.Response:
        """The whole response; the same as `post(address, content=content, cast_to=httpx2.Response)`."""
        return await self.request(httpx2.Response, self._options.model_copy(update={"content": content}))

    def _build_request(self, options: FinalRequestOptions, *, retries_taken: int = 0) -> httpx2.Request:
        """As the first; a version of openai that does not ask here is slower, and not wrong."""
        if not self._lean or options.url != self._options.url or not isinstance(options.content, bytes):
            return super()._build_request(options, retries_taken=retries_taken)
        if self._first is None:
            self._first = super()._build_request(options, retries_taken=retries_taken)
        return Call(self._first, options.content)


class LeanClient(openai.DefaultAioHttpClient):
    """The http_client of LeanOpenAI. Behind a proxy named by the environment it is openai's own.

    Args:
        base_url: the address that will be asked.
        timeout: connect and read, in seconds; it is the same for each request.
        limits: the most connections, and how long an idle one is kept.
    """

    def __init__(self, base_url: str, *, timeout: httpx2.Timeout, limits: httpx2.Limits) -> None:
        super().__init__(timeout=timeout, limits=limits, verify=_certificates())
        self.direct = not _behind_proxy(base_url)
        self._limits = limits
        self._per_call = aiohttp.ClientTimeout(total=None, sock_connect=timeout.connect, sock_read=timeout.read)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """The whole response; a redirect is followed by httpx, which asks anew."""
        if not isinstance(request, Call):
            return await super().send(request, **options)
        response = await self._post(request)
        if response.status_code in REDIRECTS:
            return await super().send(request.whole(), **options)
        return response

    async def _post(self, call: Call) -> httpx2.Response:
        if self._session is None:
            self._session = self._connect(call)
        async with self._session.post(str(call.url), data=call.content, allow_redirects=False) as response:
            answer = Answer(response.status, response.headers, await response.read(), call)
        return answer if response.status in GOOD else answer.whole()

    def _connect(self, call: Call) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._limits.max_connections or 0,
            keepalive_timeout=self._limits.keepalive_expiry,
            ssl=_certificates() if call.url.scheme == "https" else False,
        )
        return aiohttp.ClientSession(
            connector=connector,
            headers=headers_of_messages(call),
            timeout=self._per_call,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await super().aclose()


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Those that httpx trusts, read once: it takes 50 ms."""
    return httpx2.create_ssl_context()


def _behind_proxy(base_url: str) -> bool:
    parts = urlsplit(base_url)
    proxies = urllib.request.getproxies()
    return bool(proxies.get(parts.scheme) or proxies.get("all")) and not urllib.request.proxy_bypass(parts.netloc)
