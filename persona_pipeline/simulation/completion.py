"""A simulated model's answer as an endpoint would give it: with token counts, and cut at `max_tokens`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from persona_pipeline.schemas.chat import Message
from persona_pipeline.simulation.answers import respond

CHARACTERS_PER_TOKEN = 4
FINGERPRINT = "simulated"  # what `system_fingerprint` says, so that no client can take an answer for a real one


@dataclass(frozen=True)
class Completion:
    text: str
    finish_reason: Literal["stop", "length"]
    prompt_tokens: int
    completion_tokens: int


def complete(
    model: str, messages: Sequence[Message], *, max_tokens: int | None = None, temperature: float = 1.0, seed: int = 0
) -> Completion:
    """What the model answers.

    Args:
        max_tokens: a longer answer is cut there, with finish reason "length".
        temperature: at 0 every seed gives the same answer.
        seed: 0, 1, 2, … for independent draws.
    """
    text = respond(model, messages, seed if temperature > 0 else 0)
    prompt_tokens = sum(tokens_in(message.content) for message in messages)
    if max_tokens is None or tokens_in(text) <= max_tokens:
        return Completion(text, "stop", prompt_tokens, tokens_in(text))
    return Completion(text[: max_tokens * CHARACTERS_PER_TOKEN], "length", prompt_tokens, max_tokens)


def tokens_in(text: str) -> int:
    """One token for every four characters begun."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)
