"""Files and batches of the simulated server: OpenAI's endpoints for them, answered by the simulated models."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from persona_pipeline.llm.rejected import Rejected

URL = "/v1/chat/completions"
MOST_LINES, MOST_BYTES = 50_000, 200_000_000
A_TURN = 50  # lines answered before others have a turn
PAGE = 20

Completion = Callable[[dict[str, Any]], dict[str, Any]]
Answer = Callable[[Request], Awaitable[Response]]


@dataclass
class StoredFile:
    id: str
    name: str
    purpose: str
    content: bytes
    created_at: int

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.content),
            "created_at": self.created_at,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


@dataclass
class StoredBatch:
    """A batch; what it comes to is worked out when somebody looks.

    Args:
        made_at: when it was made, on the server's own clock.
        told: the rest of what OpenAI's batch object has.
    """

    id: str
    input_file_id: str
    metadata: dict[str, str]
    made_at: float
    created_at: int
    status: str = "validating"
    lines: list[dict[str, Any]] = field(default_factory=list)
    completed: int = 0
    failed: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": URL,
            "completion_window": "24h",
            "input_file_id": self.input_file_id,
            "metadata": self.metadata,
            "created_at": self.created_at,
            "status": self.status,
            "request_counts": {"total": len(self.lines), "completed": self.completed, "failed": self.failed},
            **self.told,
        }


class SimulatedBatches:
    """Keeps files and batches in memory, until the server ends.

    Args:
        complete: the chat completion for a body, or Rejected.
        authorise: raises Rejected for headers that lack the key.
        delay_s: how long a batch takes from its making to its end, in seconds.
    """

    def __init__(
        self, complete: Completion, authorise: Callable[[Mapping[str, str]], None], *, delay_s: float = 0.0
    ) -> None:
        self._complete, self._authorise, self._delay_s = complete, authorise, delay_s
        self.files: dict[str, StoredFile] = {}
        self.batches: dict[str, StoredBatch] = {}
        self.answered = 0

    def routes(self) -> list[Route]:
        return [
            Route("/v1/files", self._guarded(self.upload), methods=["POST"]),
            Route("/v1/files/{file_id}", self._guarded(self.delete), methods=["DELETE"]),
            Route("/v1/files/{file_id}/content", self._guarded(self.content)),
            Route("/v1/batches", self._guarded(self.make), methods=["POST"]),
            Route("/v1/batches", self._guarded(self.all)),
            Route("/v1/batches/{batch_id}", self._guarded(self.look)),
            Route("/v1/batches/{batch_id}/cancel", self._guarded(self.cancel), methods=["POST"]),
        ]

    def counts(self) -> dict[str, int]:
        """Files and batches since the start, and lines of batches that were answered."""
        return {"files": len(self.files), "batches": len(self.batches), "batch_lines": self.answered}

    async def upload(self, request: Request) -> Response:
        parts = _form(request.headers.get("content-type", ""), await request.body())
        if "file" not in parts or parts.get("purpose", ("", b""))[1] != b"batch":
            raise Rejected(400, "A form with a file, and purpose 'batch', is what is taken here.", param="file")
        name, content = parts["file"]
        if len(content) > MOST_BYTES:
            raise Rejected(400, f"The file is larger than {MOST_BYTES:,} bytes.", param="file")
        return JSONResponse(self.store(name, "batch", content).as_json())

    async def delete(self, request: Request) -> Response:
        found = self._file(request.path_params["file_id"])
        del self.files[found.id]
        return JSONResponse({"id": found.id, "object": "file", "deleted": True})

    async def content(self, request: Request) -> Response:
        return Response(self._file(request.path_params["file_id"]).content, media_type="application/octet-stream")

    async def make(self, request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
            file_id, metadata = str(asked["input_file_id"]), dict(asked.get("metadata") or {})
        except (ValueError, KeyError, TypeError):
            raise Rejected(400, "An object with input_file_id is what is taken here.", param="input_file_id") from None
        if asked.get("endpoint") != URL or asked.get("completion_window") != "24h":
            raise Rejected(400, f"The endpoint must be {URL} and the completion window 24h.", param="endpoint")
        self._file(file_id)
        batch = StoredBatch(f"batch_{uuid.uuid4().hex}", file_id, metadata, time.monotonic(), int(time.time()))
        self.batches[batch.id] = batch
        return JSONResponse(batch.as_json())

    async def all(self, request: Request) -> Response:
        """A page of batches, the newest first."""
        newest = list(self.batches.values())[::-1]
        after = request.query_params.get("after")
        start = next((n + 1 for n, batch in enumerate(newest) if batch.id == after), 0)
        end = start + int(request.query_params.get("limit", PAGE))
        shown = [batch.as_json() for batch in newest[start:end]]
        ids = {"first_id": shown[0]["id"], "last_id": shown[-1]["id"]} if shown else {}
        return JSONResponse({"object": "list", "data": shown, "has_more": end < len(newest), **ids})

    async def look(self, request: Request) -> Response:
        batch = self._batch(request.path_params["batch_id"])
        await self._advance(batch)
        return JSONResponse(batch.as_json())

    async def cancel(self, request: Request) -> Response:
        batch = self._batch(request.path_params["batch_id"])
        if batch.status in ("validating", "in_progress"):
            batch.status = "cancelled"
            batch.told = {"cancelled_at": int(time.time())}
        return JSONResponse(batch.as_json())

    def store(self, name: str, purpose: str, content: bytes) -> StoredFile:
        stored = StoredFile(f"file-{uuid.uuid4().hex}", name, purpose, content, int(time.time()))
        self.files[stored.id] = stored
        return stored

    def problems(self, batch: StoredBatch) -> list[dict[str, Any]]:
        """What is wrong with the input file; nothing when its lines are in `batch.lines`."""
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        for number, raw in enumerate(self._file(batch.input_file_id).content.splitlines(), 1):
            problem = self._problem(batch, raw, seen)
            if problem is not None:
                found.append({"code": problem[0], "message": problem[1], "param": None, "line": number})
        if len(batch.lines) > MOST_LINES:
            found.append({"code": "too_many_tasks", "message": f"More than {MOST_LINES:,} requests.", "line": None})
        return found

    def _problem(self, batch: StoredBatch, raw: bytes, seen: set[str]) -> tuple[str, str] | None:
        try:
            line = json.loads(raw)
            custom_id, model = line["custom_id"], line["body"]["model"]
        except (ValueError, KeyError, TypeError):
            return "invalid_json_line", "This line is not parseable as a request."
        if line.get("url") != URL or line.get("method") != "POST":
            return "mismatched_endpoint", f"Every request is a POST to {URL}."
        if custom_id in seen:
            return "duplicate_custom_id", f"The custom_id {custom_id} was there before."
        if batch.lines and model != batch.lines[0]["body"]["model"]:
            return "mismatched_model", "Every request in a file is to one model."
        seen.add(custom_id)
        batch.lines.append(line)
        return None

    async def answers(self, batch: StoredBatch) -> tuple[str, list[bytes], list[bytes]]:
        """The batch's last status, and the lines of its output and error file."""
        output: list[bytes] = []
        errors: list[bytes] = []
        for number, line in enumerate(batch.lines):
            answer, good = self.answer(line)
            (output if good else errors).append(answer)
            if number % A_TURN == 0:
                await asyncio.sleep(0)
        return "completed", output, errors

    def answer(self, line: dict[str, Any]) -> tuple[bytes, bool]:
        """The answer to one line, and whether it is a good one."""
        try:
            status, body = 200, self._complete(line["body"])
        except Rejected as rejected:
            status, body = rejected.status, rejected.body
        self.answered += 1
        request_id = uuid.uuid4().hex
        response = {"status_code": status, "request_id": request_id, "body": body}
        answer = {"id": f"batch_req_{request_id}", "custom_id": line["custom_id"], "response": response, "error": None}
        return json.dumps(answer).encode() + b"\n", status == 200

    async def _advance(self, batch: StoredBatch) -> None:
        age_s = time.monotonic() - batch.made_at
        if batch.status == "validating":
            self._validate(batch)
        elif batch.status == "in_progress" and age_s < self._delay_s:
            batch.completed = int(len(batch.lines) * age_s / self._delay_s)
        elif batch.status == "in_progress":
            batch.status = "finalizing"
            status, output, errors = await self.answers(batch)
            batch.completed, batch.failed = len(output), len(errors)
            batch.told = {f"{status}_at": int(time.time())}
            for name, lines in (("output_file_id", output), ("error_file_id", errors)):
                if lines:
                    batch.told[name] = self.store(f"{batch.id}_{name[:-8]}.jsonl", "batch_output", b"".join(lines)).id
            batch.status = status

    def _validate(self, batch: StoredBatch) -> None:
        problems = self.problems(batch)
        if problems:
            batch.status, batch.lines = "failed", []
            batch.told = {"errors": {"object": "list", "data": problems}, "failed_at": int(time.time())}
        else:
            batch.status, batch.told = "in_progress", {"in_progress_at": int(time.time())}

    def _guarded(self, answer: Answer) -> Answer:
        async def guarded(request: Request) -> Response:
            try:
                self._authorise(request.headers)
                return await answer(request)
            except Rejected as rejected:
                return rejected.response()

        return guarded

    def _file(self, file_id: str) -> StoredFile:
        if file_id not in self.files:
            raise Rejected(404, f"No such File object: {file_id}", param="id")
        return self.files[file_id]

    def _batch(self, batch_id: str) -> StoredBatch:
        if batch_id not in self.batches:
            raise Rejected(404, f"No batch found with id '{batch_id}'.")
        return self.batches[batch_id]


def _form(content_type: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """The parts of a multipart form by their names: file name and content."""
    _, _, boundary = content_type.partition("boundary=")
    found: dict[str, tuple[str, bytes]] = {}
    for part in body.split(b"--" + boundary.strip('" ').encode()) if boundary else ():
        head, separator, content = part.partition(b"\r\n\r\n")
        if separator:
            found[_parameter(head, "name")] = (_parameter(head, "filename"), content.removesuffix(b"\r\n"))
    return found


def _parameter(head: bytes, name: str) -> str:
    _, _, rest = head.partition(f' {name}="'.encode())
    return rest.partition(b'"')[0].decode("utf-8", "replace")
