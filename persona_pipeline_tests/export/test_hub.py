"""Pushing a dataset folder to a hub on loopback that takes commits as Hugging Face's does."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from persona_pipeline.errors import InputError
from persona_pipeline.export.hub import ready_to_push

pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
TOKEN = "hf_writes"


class Hub:
    """What was committed, by path; and who asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.private: bool | None = None


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self._send(401, {"error": f"Invalid token {self.headers.get('Authorization')}"})
            path = self.path.split("?")[0]
            if path == "/api/repos/create":
                asked = json.loads(body)
                hub.private = asked.get("private", asked.get("visibility") == "private")
                return self._send(200, {"url": f"{address}/datasets/me/data", "name": "me/data", "id": "1"})
            if path == "/api/validate-yaml":
                return self._send(200, {"errors": [], "warnings": []})
            if path.endswith("/preupload/main"):
                files = [
                    {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False}
                    for f in json.loads(body)["files"]
                ]
                return self._send(200, {"files": files})
            if path.endswith("/commit/main"):
                for line in map(json.loads, body.splitlines()):
                    if line["key"] == "file":
                        hub.files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
                commit = "2" * 40
                return self._send(
                    200,
                    {"commitUrl": f"{address}/datasets/me/data/commit/{commit}", "commitOid": commit, "success": True},
                )
            return self._send(404, {"error": path})

        def do_GET(self) -> None:
            self._send(
                200,
                {"name": "me", "auth": {"accessToken": {"role": "write"}}, "id": "1", "siblings": [], "sha": "1" * 40},
            )

        def log_message(self, *_: object) -> None:
            pass

        def _send(self, status: int, found: object) -> None:
            content = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set" / "data").mkdir(parents=True)
    (tmp_path / "set" / "README.md").write_text("# A set\n")
    (tmp_path / "set" / "data" / "train.parquet").write_bytes(b"PAR1 rows PAR1")
    return tmp_path / "set"


def test_every_file_of_the_folder_arrives_in_a_private_repository(folder):
    hub = Hub()
    with serving(hub) as address:
        told = ready_to_push("me/data", TOKEN, is_dataset=True, endpoint=address)(folder)
    assert hub.private is True
    assert hub.files == {"README.md": b"# A set\n", "data/train.parquet": b"PAR1 rows PAR1"}
    assert told.startswith(f"{address}/datasets/me/data")


def test_a_hub_that_nobody_answers_at_is_one_error(folder):
    with serving(Hub()) as address:
        pass
    with pytest.raises(InputError, match=r"the hub refused: .*Connect"):
        ready_to_push("me/data", TOKEN, is_dataset=True, endpoint=address)(folder)


def test_a_token_that_may_not_write_is_one_error_without_the_token_in_it(folder):
    with serving(Hub()) as address, pytest.raises(InputError, match="me/data: the hub refused") as refused:
        ready_to_push("me/data", "hf_wrong", is_dataset=True, endpoint=address)(folder)
    assert "hf_wrong" not in str(refused.value)
