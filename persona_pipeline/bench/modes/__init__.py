"""Ways to ask the model under test, one a file; a new file here is a new mode of the benchmark."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from persona_pipeline.registry import Registry, import_all
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline.schemas.render import as_lines
from persona_pipeline.schemas.templates import load_template

Cells = Mapping[str, Any]


class MakeRequest(Protocol):
    def __call__(
        self, persona_row: Cells, prompt_row: Cells, *, model: str, draw: int, row_id: str, summary: str = ""
    ) -> ChatRequest: ...


def by_template(name: str, **settings: Any) -> MakeRequest:
    """Asks with the whole persona and the question, by a template of the benchmark.

    Args:
        settings: of the request, such as max_tokens.
    """

    def request(
        persona_row: Cells,
        prompt_row: Cells,
        *,
        model: str,
        draw: int,
        row_id: str,
        summary: str = "",  # noqa: ARG001
    ) -> ChatRequest:
        template = load_template("persona_pipeline.bench.templates", name)
        messages = template.render(persona=as_lines(persona_row), question=prompt_row["text"])
        return ChatRequest(ANSWERS.path, row_id, model, messages, template.version, draw=draw, **settings)

    return request


def whole(text: str) -> str | None:
    """The reply is the answer itself."""
    return text


@dataclass(frozen=True)
class Mode:
    """A way to ask for an answer.

    Args:
        description: what the model is told, in a sentence.
        request: makes the request from a row of personas.personas and one of prompts.prompts; its stage is
            "bench.answers". `summary` is what the request `first` gave, empty without one.
        first: makes a request for a summary of the persona, asked before, for the same row.
        answer_in: the part of a reply that is the answer, which is all that critics see; None when it has none.
    """

    name: str
    description: str
    request: MakeRequest
    first: MakeRequest | None = None
    answer_in: Callable[[str], str | None] = whole


MODES: Registry[Mode] = Registry("bench mode", "persona_pipeline/bench/modes/")

import_all(sys.modules[__name__])
