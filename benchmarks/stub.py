"""A server that answers every POST with one chat completion after a fixed time, so lightly that it is not the limit."""

import argparse
import asyncio
import contextlib
import json

TEXT = (
    "EVALUATION: The answer names what matters to this person and passes over what does not. "
    + "It could say more plainly what it would cost them, and whom they could ask nearby. " * 6
    + "\nSUGGESTIONS: Shorter, with one example from their own work.\nREVISED PREFERENCE: Ask at the town hall.\nDONE"
)
COMPLETION = {
    "id": "chatcmpl-stub",
    "object": "chat.completion",
    "created": 0,
    "model": "stub",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 400, "completion_tokens": 150, "total_tokens": 550},
}


class Stub(asyncio.Protocol):
    """One connection: counts what comes in, looks at no more than the length, and answers late."""

    def __init__(self, response: bytes, latency_s: float) -> None:
        self._response, self._latency_s = response, latency_s
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_ends = self._received.find(b"\r\n\r\n")
        if head_ends < 0:
            return
        lines = self._received[:head_ends].lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        if len(self._received) >= head_ends + 4 + length:
            self._received = b""  # no client here sends a second request before the answer
            asyncio.get_running_loop().call_later(self._latency_s, self._transport.write, self._response)


async def serve(latency_s: float) -> None:
    """Prints its port, then serves until it is ended."""
    body = json.dumps(COMPLETION).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    server = await asyncio.get_running_loop().create_server(
        lambda: Stub(head.encode() + body, latency_s), "127.0.0.1", 0, backlog=4096
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--latency-ms", type=float, default=200)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.parse_args().latency_ms / 1000))
