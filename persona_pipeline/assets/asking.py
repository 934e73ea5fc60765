"""How an asset asks a model: through the chat resource and the ledger, with what it cost as metadata."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.resources import Chat, Warehouse
from persona_pipeline.schemas.chat import Acceptable, ChatReply, ChatRequest
from persona_pipeline.settings import ledger_beside


@dataclass(frozen=True)
class Answers:
    """A wave's replies, in the order of its requests, and what they cost, for the asset's metadata."""

    replies: list[ChatReply]
    metadata: dict[str, Any]


def ask(
    context: dg.AssetExecutionContext,
    chat: Chat,
    warehouse: Warehouse,
    requests: list[ChatRequest],
    acceptable: Acceptable | None = None,
) -> Answers:
    """Asks a wave of requests; what the ledger has is not asked again.

    Args:
        acceptable: says why an answer lacks the format asked for; such a question is put again.
    """
    context.log.info(f"{len(requests):,} requests to {chat.provider} ({chat.base_url or 'default endpoint'})")
    replies = chat.ask(requests, ledger=ledger_path(chat, warehouse), asked_by=context.run_id, acceptable=acceptable)
    metadata = usage(replies)
    context.log.info(f"answered: {metadata['replies']}, {metadata['from_ledger']:,} of them from the ledger")
    return Answers(replies, metadata)


def ledger_path(chat: Chat, warehouse: Warehouse) -> Path:
    return Path(chat.ledger) if chat.ledger else ledger_beside(warehouse.path)


def usage(replies: list[ChatReply]) -> dict[str, Any]:
    """Replies by status, how many the ledger had, and calls and tokens per model as `openai.<model>.*`."""
    asked = [reply for reply in replies if not reply.from_ledger]
    counts: dict[str, Any] = {
        "replies": dict(Counter(reply.status for reply in replies)),
        "from_ledger": len(replies) - len(asked),
        "retries": sum(reply.attempts - 1 for reply in asked),
    }
    for model in sorted({reply.model for reply in asked}):
        own = [reply for reply in asked if reply.model == model]
        counts[f"openai.{model}.calls"] = len(own)
        counts[f"openai.{model}.prompt_tokens"] = sum(reply.prompt_tokens or 0 for reply in own)
        counts[f"openai.{model}.completion_tokens"] = sum(reply.completion_tokens or 0 for reply in own)
    return counts
