"""What is asked of a model and what comes back: the one port between the stages and every provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from persona_pipeline.schemas.fields import Row, column
from persona_pipeline.seeds import content_hash

Role = Literal["system", "user", "assistant"]

ReplyStatus = Literal["ok", "truncated", "filtered", "refused", "empty", "failed", "invalid"]
"""ok: a whole answer · truncated: cut at max_tokens · filtered: stopped by the provider's content filter ·
refused: the model declined · empty: no text · failed: no answer came (see failure_kind) ·
invalid: an answer that does not have the format asked for."""

RowStatus = Literal["ok", "truncated", "filtered", "refused", "empty", "failed", "invalid", "not_asked"]
"""A reply's status as a row keeps it, and one more: not_asked: no request was made for this row."""

FailureKind = Literal["timeout", "rate_limit", "server", "connection", "auth", "not_found", "bad_request", "malformed"]
"""Why no answer came: a closed set, whatever the provider calls it."""

DRAWS_APART = 1_000_000  # between a question's draw and the next one for it, far from the draws that stages number
PUT_AGAIN_AT_LEAST_AT = 0.7
"""The lowest temperature of a question that is put again: warm enough for another answer, cool enough for a format."""


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ResponseSchema:
    """A structured answer: the JSON schema the reply has to satisfy, under a name."""

    name: str
    json_schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a model takes in the place of the usual parameters.

    Args:
        max_tokens_as: the name under which the longest answer is sent.
        leave_out: parameters that are not sent: temperature, seed or response_format.
        response_format: json_schema, OpenAI's; or json_object_with_schema, llama-cpp-python's.
        also_send: what is sent besides, by name (top_p, repeat_penalty, …).
        longest_text: the most characters that the schema sent allows to a text; None: as many as there are.
    """

    max_tokens_as: str = "max_tokens"
    leave_out: frozenset[str] = frozenset()
    response_format: Literal["json_schema", "json_object_with_schema"] = "json_schema"
    also_send: Mapping[str, Any] = field(default_factory=dict)
    longest_text: int | None = None

    def adapted(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A request's body, with these in it."""
        kept = {name: value for name, value in body.items() if name not in self.leave_out} | dict(self.also_send)
        kept[self.max_tokens_as] = kept.pop("max_tokens")
        if self.response_format == "json_object_with_schema" and "response_format" in kept:
            kept["response_format"] = {
                "type": "json_object",
                "schema": kept["response_format"]["json_schema"]["schema"],
            }
        return kept


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to a model.

    Args:
        stage: the table the answer is for ("feedback.critiques").
        row_id: the row of that table; not part of what is asked.
        template: name and content hash of the template that made the messages ("critique@1f0c…").
        temperature: the endpoint's sampling temperature.
        max_tokens: the most tokens the answer may have.
        response_schema: asks for a structured answer where the endpoint has them.
        headings: under which an answer in free text has its sections; not part of what is asked, unless the model is
            asked for them as a structured answer.
        draw: 0, 1, 2, … for independent draws of the same question.
        parameters: what the model takes that others do not; None: the usual.
    """

    stage: str
    row_id: str
    model: str
    messages: tuple[Message, ...]
    template: str
    temperature: float = 1.0
    max_tokens: int = 1024
    response_schema: ResponseSchema | None = None
    draw: int = 0
    parameters: Parameters | None = None
    headings: tuple[str, ...] = ()

    def content_hash(self, endpoint: str) -> str:
        """The identity of what is asked: the whole request as sent, where it is sent, and which draw."""
        return content_hash("chat", endpoint, self.body(), self.draw)

    def body(self) -> dict[str, Any]:
        """The request in the form of OpenAI's chat completions."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": m.role, "content": m.content} for m in self.messages],
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
        }
        if self.response_schema is not None:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {
                    "name": self.response_schema.name,
                    "schema": dict(self.response_schema.json_schema),
                    "strict": True,
                },
            }
        return body if self.parameters is None else self.parameters.adapted(body)

    def payload(self) -> dict[str, Any]:
        """What is sent: the body, and for later draws a `seed`, so that a server which honours it draws anew."""
        body = self.body()
        if self.draw > 0 and (self.parameters is None or "seed" not in self.parameters.leave_out):
            body["seed"] = self.draw
        return body

    def put_again(self, times: int) -> "ChatRequest":
        """The same question as another draw, for want of a usable answer; the question itself for 0 times.

        Never at temperature 0, where many servers would only give the same answer again.
        """
        if times == 0:
            return self
        return replace(
            self, draw=self.draw + times * DRAWS_APART, temperature=max(self.temperature, PUT_AGAIN_AT_LEAST_AT)
        )


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What came back for one request.

    Args:
        text: the answer as the model gave it; None when none came. A truncated answer keeps its text.
        model: the model the endpoint says it used.
        simulated: whether a simulated model answered.
        prompt_tokens, completion_tokens: as the endpoint counted them; None when it did not.
        latency_s: seconds from sending the last attempt to its whole answer.
        attempts: how often it was sent, 1 without retries.
        failure_kind, failure: why no answer came, and the provider's own message; or why the answer is invalid.
    """

    request_hash: str
    status: ReplyStatus
    text: str | None
    model: str
    simulated: bool
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    latency_s: float = 0.0
    attempts: int = 1
    failure_kind: FailureKind | None = None
    failure: str | None = None
    from_ledger: bool = field(default=False, compare=False)

    @property
    def reason(self) -> str | None:
        """Why this is not a whole answer, in a phrase; None when it is one."""
        if self.status == "ok":
            return None
        if self.status == "invalid" and self.failure:
            return self.failure
        return f"{self.failure_kind}: {self.failure}" if self.status == "failed" else f"the answer was {self.status}"


class Acceptable(Protocol):
    """Why a whole answer does not have the format asked for; None when it has."""

    def __call__(self, request: ChatRequest, reply: ChatReply, /) -> str | None: ...


class ModelMade(Row):
    """What every row made from a model's reply carries; inherited, so these columns come last."""

    status: RowStatus = column("Whether the row has a usable answer, and if not, what it has instead.")
    reason: str | None = column("Why there is no usable answer; null when there is one.")
    raw_text: str | None = column("The model's answer, unchanged; null when none came.")
    model: str | None = column("The model that answered; null when none was asked.")
    template: str | None = column("Name and content hash of the prompt template; null when no model was asked.")
    request_hash: str | None = column("The request's content hash, as in ops.model_calls; null when not asked.")
    simulated: bool = column("True when a simulated model answered: not a real model's data.")


def made_by(request: ChatRequest, reply: ChatReply, *, invalid: str | None = None) -> dict[str, Any]:
    """The `ModelMade` columns of a row.

    Args:
        invalid: why a whole answer does not have the format asked for, when it does not.
    """
    bad_format = reply.status == "ok" and invalid is not None
    return {
        "status": "invalid" if bad_format else reply.status,
        "reason": invalid if bad_format else reply.reason,
        "raw_text": reply.text,
        "model": reply.model,
        "template": request.template,
        "request_hash": reply.request_hash,
        "simulated": reply.simulated,
    }


def why_invalid(made: Mapping[str, Any]) -> str | None:
    """Why the answer behind a row does not have the format asked for; None when it has, or when none came.

    Args:
        made: a row with the columns that `made_by` gives.
    """
    return made["reason"] if made["status"] == "invalid" else None


def not_asked(reason: str | None, *, simulated: bool = False) -> dict[str, Any]:
    """The `ModelMade` columns of a row for which no model was asked, and why."""
    nothing = dict.fromkeys(("raw_text", "model", "template", "request_hash"))
    return {"status": "not_asked", "reason": reason, "simulated": simulated, **nothing}
