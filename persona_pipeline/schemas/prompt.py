"""What a prompt is, from candidate to topic and split."""

from typing import Literal

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table


class Candidate(Row):
    prompt_id: str = column("The prompt: content-derived from source, the source's own id and the text.")
    source: str = column("Which source it came from (prism, embedded, …).")
    source_id: str = column("The source's own id; PRISM: conversation_id.")
    user_id: str | None = column("The source's id of who wrote it; null when not given.")
    text: str = column("The opening prompt, unchanged.")
    conversation_type: str | None = column("PRISM's conversation type; null when not given.")
    licence: str = column("Licence of the text.")


CANDIDATES = table(
    "prompts",
    "candidates",
    columns_of(Candidate),
    key=("prompt_id",),
    description="Every prompt of every source, before any filter.",
)


class Decision(ModelMade):
    prompt_id: str = column("The candidate decided on.")
    kept: bool = column("Whether it goes on.")
    decided_by: Literal["rule", "model"] = column("Who decided.")
    rule: str | None = column("The rule that dropped it (no_question_mark, …); null when no rule did.")
    decision_reason: str = column("Why, in a sentence.", min_length=1)
    score: float | None = column(
        "The model's estimate that people would answer differently; null when not asked or unusable.",
        at_least=0,
        at_most=1,
    )


DECISIONS = table(
    "prompts",
    "decisions",
    columns_of(Decision),
    key=("prompt_id",),
    description="One row per candidate: kept, or the rule or model verdict that dropped it and why.",
)


class Prompt(Row):
    prompt_id: str = column("The prompt.")
    text: str = column("The opening prompt, unchanged.", min_length=1)
    source: str = column("Which source it came from.")
    topic: str = column("Topic cluster.")
    topic_terms: str = column("The terms that weigh most in the topic, comma-separated.")
    split: Literal["train", "held_out"] = column(
        "Prompt split, 3,000 : 868 as in the paper, even over topics.", source="PERSONA section 3.2"
    )


PROMPTS = table(
    "prompts",
    "prompts",
    columns_of(Prompt),
    key=("prompt_id",),
    description="The prompts that many kinds of people would answer differently, with topic and split.",
)
