"""Real servers on loopback: the simulated one, and one that misbehaves as told."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from persona_pipeline.listening import bound_socket
from persona_pipeline.llm.server import SimulatedServer
from persona_pipeline.llm.server_batches import SimulatedBatches


@contextmanager
def simulated_server(
    *,
    latency_s: float = 0.0,
    api_key: str | None = None,
    batch_delay_s: float = 0.0,
    batches: type[SimulatedBatches] = SimulatedBatches,
) -> Iterator[tuple[str, SimulatedServer]]:
    """Its base URL, and the server with its stats."""
    served = SimulatedServer(latency_s=latency_s, api_key=api_key, batch_delay_s=batch_delay_s, batches=batches)
    with serving(served.app()) as base_url:
        yield base_url, served


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The base URL of an ASGI application."""
    held = bound_socket("127.0.0.1", 0)
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
    thread.start()
    _until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{held.getsockname()[1]}/v1"
    finally:
        server.should_exit = True
        thread.join(10)
        held.close()


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]


@contextmanager
def server_that(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """A raw server; `answer` gets the streams after a request was read, and the request's number from 0.

    Yields the base URL and the requests received so far, headers and body.
    """
    received: list[bytes] = []
    ready = threading.Event()
    address: list[int] = []
    stop = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        received.append(head + await reader.readexactly(length))
        try:
            await answer(reader, writer, len(received) - 1)
        finally:
            writer.close()

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        address.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield f"http://127.0.0.1:{address[0]}/v1", received
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(10)


def http(status: str, body: bytes, *headers: str) -> bytes:
    """A response, whole, on a connection that closes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    return ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode() + body


def always(response: bytes) -> Answer:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: int) -> None:
        writer.write(response)
        await writer.drain()

    return answer


def _until(claim: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not claim():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
