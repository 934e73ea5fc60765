"""What topics are called: a model's name for each, beside its size in both splits."""

from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, why_invalid
from persona_pipeline.schemas.prompt import TOPICS
from persona_pipeline.schemas.replies import parse_json, schema_of
from persona_pipeline.schemas.templates import load_template

STAGE = "prompts.topics"
EXAMPLES, LONGEST_EXAMPLE = 10, 200  # prompts shown to the model, and characters of each
MAX_TOKENS = 200
LONGEST_NAME = 60


class Named(BaseModel):
    """A topic's name, reason first."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    reason: str
    name: str = Field(min_length=1, max_length=LONGEST_NAME)


def requests(prompts: pd.DataFrame, *, model: str) -> list[ChatRequest]:
    """One question a topic, in the order of their ids: its terms and ten of its prompts, the first by id."""
    template = load_template("persona_pipeline.prompts.templates", "name_topic")
    return [
        ChatRequest(
            stage=STAGE,
            row_id=str(topic),
            model=model,
            messages=template.render(terms=rows["topic_terms"].iloc[0], examples=_examples(rows)),
            template=template.version,
            temperature=0.0,
            max_tokens=MAX_TOKENS,
            response_schema=schema_of(Named),
        )
        for topic, rows in prompts.groupby("topic")
    ]


def topics(prompts: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply]) -> pd.DataFrame:
    """One row a topic, the largest first: its name or why it has none, its size, its prompts in both splits."""
    names = {ask.row_id: _named(ask, reply) for ask, reply in zip(requests, replies, strict=True)}
    rows = [{**_sizes(prompts, str(topic), own), **names[str(topic)]} for topic, own in prompts.groupby("topic")]
    return TOPICS.frame(sorted(rows, key=lambda row: (-row["prompts"], row["topic"])))


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no name; None when it is one."""
    return why_invalid(_named(request, reply))


def largest_deviation(topics: pd.DataFrame) -> float:
    """The largest difference between a topic's share of the held-out and of the train prompts."""
    return float(topics["split_deviation"].abs().max())


def _examples(rows: pd.DataFrame) -> str:
    texts = rows.sort_values("prompt_id")["text"].head(EXAMPLES)
    return "\n".join(f"- {' '.join(text.split())[:LONGEST_EXAMPLE]}" for text in texts)


def _named(asked: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    parsed = parse_json(reply, Named)
    if parsed.value is None:
        return {"name": None, **made_by(asked, reply, invalid=parsed.problem)}
    name = " ".join(parsed.value.name.split()).strip("\"'. ")
    return {"name": name or None, **made_by(asked, reply, invalid=None if name else "the name is empty")}


def _sizes(prompts: pd.DataFrame, topic: str, own: pd.DataFrame) -> dict[str, Any]:
    held_out = int((own["split"] == "held_out").sum())
    in_all = int((prompts["split"] == "held_out").sum())
    train, train_in_all = len(own) - held_out, len(prompts) - in_all
    return {
        "topic": topic,
        "terms": own["topic_terms"].iloc[0],
        "prompts": len(own),
        "share": len(own) / len(prompts),
        "train": train,
        "held_out": held_out,
        "split_deviation": (held_out / in_all if in_all else 0.0) - (train / train_in_all if train_in_all else 0.0),
        "example": own.sort_values("prompt_id")["text"].iloc[0],
    }
