"""Small frames and replies for the tests of the prompts stage."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus
from persona_pipeline.schemas.prompt import CANDIDATES

PRISM = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "prism" / "conversations.jsonl"


def candidates(*texts: str) -> pd.DataFrame:
    """One candidate a text, with the ids p0, p1, …"""
    common = {"source": "test", "user_id": None, "conversation_type": None, "licence": "none"}
    return CANDIDATES.frame(
        {"prompt_id": f"p{at}", "source_id": f"c{at}", "text": text, **common} for at, text in enumerate(texts)
    )


def reply(
    request: ChatRequest, text: str | None, status: ReplyStatus = "ok", *, simulated: bool = False, **more: Any
) -> ChatReply:
    return ChatReply(request.content_hash("test"), status, text, request.model, simulated, **more)


def verdict(controversial: object, score: object = 0.5, reason: object = "Tastes differ.") -> str:
    return json.dumps({"reason": reason, "score": score, "controversial": controversial})


def write_lines(path: Path, *lines: object) -> Path:
    """A file of JSON lines; a text or bytes stands for itself."""
    whole = [line if isinstance(line, bytes) else _text(line).encode() for line in lines]
    path.write_bytes(b"\n".join(whole))
    return path


def _text(line: object) -> str:
    return line if isinstance(line, str) else json.dumps(line)
