"""Small HTTP servers on loopback that tests talk to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Heard:
    """A server's address and what it was asked.

    Args:
        answers: status, content type, headers by path; the last one of a path stays.
        asked: method, path and body, in order.
    """

    answers: dict[str, list[tuple[int, str, dict[str, str]]]]
    url: str = ""
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)


@contextmanager
def answering(answers: dict[str, list[tuple[int, str, dict[str, str]]]]) -> Iterator[Heard]:
    """A server that answers each path with its answers in turn, and 404 anything else."""
    heard = Heard(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.asked.append((self.command, self.path, body))
            left = heard.answers.get(self.path) or [(404, "text/html", {})]
            status, kind, headers = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            for name, value in ({"Content-Type": kind, "Content-Length": "0"} | headers).items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    heard.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
