"""A hub on loopback that speaks what downloading one dataset file needs: revisions, and files at them."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPO, FILE = "someone/prompts", "data/conversations.jsonl"
COMMIT = "1" * 40
RESOLVE = re.compile(r"/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")


class Hub:
    """What it has, what it was asked, and how it treats those who ask.

    Args:
        token: what a request has to carry, when given; `gated` says why others are refused.
        fails: a status that every request gets.
        silent: whether it accepts requests and never answers.
    """

    def __init__(self, content: bytes, *, token: str = "", gated: bool = False, fails: int = 0) -> None:
        self.content, self.token, self.gated, self.fails = content, token, gated, fails
        self.revisions = {"main": COMMIT, COMMIT: COMMIT}
        self.requests: list[tuple[str, str, str | None]] = []


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, *, body: bool) -> None:
            hub.requests.append((self.command, self.path, self.headers.get("Authorization")))
            found = RESOLVE.fullmatch(self.path.split("?")[0])
            if hub.fails:
                return self._refuse(hub.fails, "", "busy")
            if hub.token and self.headers.get("Authorization") != f"Bearer {hub.token}":
                if hub.gated:
                    return self._refuse(403, "GatedRepo", "Access to this dataset is restricted.")
                return self._refuse(401, "RepoNotFound", "Repository not found")
            if found is None or found[1] != REPO:
                return self._refuse(404, "RepoNotFound", "Repository not found")
            if found[2] not in hub.revisions:
                return self._refuse(404, "RevisionNotFound", "Invalid rev id")
            if found[3] != FILE:
                return self._refuse(404, "EntryNotFound", "Entry not found")
            self._send(200, hub.content, body, hub.revisions[found[2]])
            return None

        def _refuse(self, status: int, code: str, message: str) -> None:
            self.send_response(status)
            if code:
                self.send_header("X-Error-Code", code)
                self.send_header("X-Error-Message", message)
            payload = json.dumps({"error": message}).encode()
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(payload)

        def _send(self, status: int, content: bytes, body: bool, commit: str) -> None:
            self.send_response(status)
            self.send_header("X-Repo-Commit", commit)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
