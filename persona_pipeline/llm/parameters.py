"""Which parameters a model takes, from a dated file that anyone may edit."""

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.narrowed import narrowed
from persona_pipeline.schemas.chat import ChatRequest, Parameters
from persona_pipeline.schemas.replies import schema_of_sections

EMBEDDED = Path(__file__).with_name("parameters.yaml")
CAN_BE_LEFT_OUT = ("temperature", "seed", "response_format")
OURS = {"model", "messages", "max_tokens", "max_completion_tokens", "response_format", "seed", "n", "stream"}
"""What is sent anyway, or would make another kind of answer; `also_send` cannot change it."""


class ModelParameters(BaseModel):
    """One row of the file: what models whose name fits the pattern take."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str
    max_tokens_as: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    leave_out: frozenset[Literal["temperature", "seed", "response_format"]] = frozenset()
    thinking_tokens: int = Field(default=0, ge=0)
    response_format: Literal["json_schema", "json_object_with_schema"] = "json_schema"
    shortest_text: int | None = Field(default=None, ge=1)
    longest_text: int | None = Field(default=None, ge=1)
    steps: int | None = Field(default=None, ge=1, le=1000)
    sections_as: Literal["text", "json"] = "text"
    also_send: dict[str, JsonValue] = {}

    @field_validator("also_send")
    @classmethod
    def _not_ours(cls, given: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if OURS & set(given):
            raise ValueError(f"also_send cannot change {', '.join(sorted(OURS & set(given)))}")
        return given

    @property
    def _bounds(self) -> dict[str, int | None]:
        return {"shortest_text": self.shortest_text, "longest_text": self.longest_text, "steps": self.steps}

    def adapt(self, request: ChatRequest) -> ChatRequest:
        schema = request.response_schema
        if schema is None and request.headings and self.sections_as == "json":
            schema = schema_of_sections(request.headings)
        return replace(
            request,
            max_tokens=request.max_tokens + self.thinking_tokens,
            response_schema=schema and narrowed(schema, **self._bounds),
            parameters=Parameters(
                self.max_tokens_as,
                frozenset(self.leave_out),
                self.response_format,
                dict(self.also_send),
                self.longest_text,
            ),
        )


def adapt(requests: list[ChatRequest], rows: Sequence[ModelParameters]) -> list[ChatRequest]:
    """The requests as their models take them; those of models that no pattern fits are unchanged."""
    row_of = {model: _first(model, rows) for model in {request.model for request in requests}}
    if not any(row_of.values()):
        return requests
    return [row.adapt(request) if (row := row_of[request.model]) else request for request in requests]


def _first(model: str, rows: Sequence[ModelParameters]) -> ModelParameters | None:
    return next((row for row in rows if fnmatchcase(model, row.pattern)), None)


@lru_cache(maxsize=4)
def read_parameters(file: Path = EMBEDDED) -> tuple[ModelParameters, ...]:
    """The rows of a file shaped like llm/parameters.yaml; anything else raises ConfigError."""
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
        return tuple(ModelParameters.model_validate(row) for row in found["models"])
    except (OSError, yaml.YAMLError, UnicodeDecodeError, ValidationError, KeyError, TypeError) as exc:
        raise ConfigError(
            f"the file of parameters cannot be read: {exc}",
            where=str(file),
            expected="models, each with a pattern and what to send",
            fix=f"See {EMBEDDED.name} in persona_pipeline/llm/.",
        ) from exc


def how_to_leave_out(model: str, parameter: str) -> str:
    """What to write where, for a model that refuses a parameter."""
    setting = "max_tokens_as: max_completion_tokens" if parameter == "max_tokens" else f"leave_out: [{parameter}]"
    return (
        f'Write {{pattern: "{model}", {setting}}} under models in a copy of llm/{EMBEDDED.name} and name the copy with '
        "--parameters (resources.chat.parameters)."
    )
