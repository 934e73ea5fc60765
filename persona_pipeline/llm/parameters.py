"""Which parameters a model takes, from a dated file that anyone may edit."""

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.chat import ChatRequest, Parameters

EMBEDDED = Path(__file__).with_name("parameters.yaml")
CAN_BE_LEFT_OUT = ("temperature", "seed", "response_format")


class ModelParameters(BaseModel):
    """One row of the file: what models whose name fits the pattern take."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str
    max_tokens_as: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    leave_out: frozenset[Literal["temperature", "seed", "response_format"]] = frozenset()
    thinking_tokens: int = Field(default=0, ge=0)
    response_format: Literal["json_schema", "json_object_with_schema"] = "json_schema"

    def adapt(self, request: ChatRequest) -> ChatRequest:
        return replace(
            request,
            max_tokens=request.max_tokens + self.thinking_tokens,
            parameters=Parameters(self.max_tokens_as, frozenset(self.leave_out), self.response_format),
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
