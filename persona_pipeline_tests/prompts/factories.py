"""Small frames and replies for the tests of the prompts stage."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from persona_pipeline.prompts.classification import decisions, requests, undecided, verdicts
from persona_pipeline.prompts.filtering import flags
from persona_pipeline.prompts.filters import FILTERS, RuleSettings
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus
from persona_pipeline.schemas.prompt import CANDIDATES

PRISM = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "prism" / "conversations.jsonl"


def candidates(*texts: str) -> pd.DataFrame:
    """One candidate a text, with the ids p0, p1, …"""
    common = {"source": "test", "user_id": None, "conversation_type": None, "licence": "none", "language": None}
    return CANDIDATES.frame(
        {"prompt_id": f"p{at}", "source_id": f"c{at}", "text": text, "provenance": None, **common}
        for at, text in enumerate(texts)
    )


PAPERS_RULES = ("no_question_mark", "too_few_words")


def only(*names: str) -> RuleSettings:
    """Settings under which these rules do what they do and all others are off."""
    return RuleSettings({name: "off" for name in FILTERS if name not in names})


def asked(some: pd.DataFrame, *, model: str = "m", draws: int = 1) -> list[ChatRequest]:
    """The questions about what the paper's two rules leave."""
    return requests(undecided(some, flags(some, only(*PAPERS_RULES))), model=model, draws=draws)


def decided(some: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply]) -> pd.DataFrame:
    """The decisions by the paper's two rules and these replies."""
    return decisions(some, flags(some, only(*PAPERS_RULES)), verdicts(requests, replies))


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
