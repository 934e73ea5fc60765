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
    language: str | None = column("The text's language as the source gives it (en, de, …); null when not given.")
    provenance: str | None = column(
        "Where it was read: the file's name and sha256, or the hub's repository, commit, file and sha256; null for "
        "prompts that were made here."
    )


CANDIDATES = table(
    "prompts",
    "candidates",
    columns_of(Candidate),
    key=("prompt_id",),
    description="Every prompt of every source, before any filter.",
)


class Flag(Row):
    prompt_id: str = column("The candidate that a rule found something in.")
    rule: str = column("The rule (too_few_words, near_duplicate, email_address, …).")
    action: Literal["drop", "flag"] = column("What the rule does: drop it, or mark it and let it go on.")
    reason: str = column("Why, in a sentence.", min_length=1)
    found: str | None = column(
        "What exactly was found, where the reason does not say it: how many addresses, which language, how similar; "
        "personal data is counted and not repeated."
    )
    duplicate_of: str | None = column("For duplicates: the prompt that stands for both; null otherwise.")
    similarity: float | None = column(
        "For near duplicates: shared words and pairs of words, over all that either has (Jaccard); null otherwise.",
        at_least=0,
        at_most=1,
    )


FLAGS = table(
    "prompts",
    "flags",
    columns_of(Flag),
    key=("prompt_id", "rule"),
    description="What the rules found: one row per candidate and rule; a candidate without a row has nothing against "
    "it. The first rule that drops a candidate is the one in prompts.decisions.",
    min_rows=0,
)


class Verdict(ModelMade):
    prompt_id: str = column("The candidate asked about.")
    draw: int = column("0, 1, 2, …: which of the independent draws.", at_least=0)
    controversial: bool | None = column("Whether people would want different answers; null without a usable verdict.")
    score: float | None = column(
        "The model's estimate that they would; null without a usable verdict.", at_least=0, at_most=1
    )
    verdict_reason: str | None = column("Why, in the model's words; null without a usable verdict.")


VERDICTS = table(
    "prompts",
    "verdicts",
    columns_of(Verdict),
    key=("prompt_id", "draw"),
    description="What the model said of each candidate that no rule dropped, draw by draw.",
    min_rows=0,
)


class Decision(ModelMade):
    prompt_id: str = column("The candidate decided on.")
    kept: bool = column("Whether it goes on.")
    decided_by: Literal["rule", "model", "given"] = column(
        "Who decided: a rule, a model, or, where a run was told to keep what no rule drops, whoever gave the prompts."
    )
    rule: str | None = column("The rule that dropped it (no_question_mark, …); null when no rule did.")
    decision_reason: str = column("Why, in a sentence.", min_length=1)
    score: float | None = column(
        "The model's estimate that people would answer differently, the mean of its usable draws; null when not asked "
        "or unusable.",
        at_least=0,
        at_most=1,
    )
    draws: int | None = column("How many draws gave a usable verdict; null when the model was not asked.", at_least=0)
    agreement: float | None = column(
        "Share of the usable draws that say what was decided; below 1, a draw flipped. Null with fewer than two.",
        at_least=0,
        at_most=1,
    )
    flags: str | None = column("Rules that marked it and let it go on, comma-separated; null when none did.")


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
    topic: str = column("Topic cluster: content-derived from the texts in it; prompts.topics has its name.")
    topic_terms: str = column("The terms that weigh most in the topic, comma-separated.")
    topic_by: str = column("What topics were found by: tf-idf, or the embedding model's name.")
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


class Topic(ModelMade):
    topic: str = column("The cluster, as in prompts.prompts.")
    name: str | None = column("What a model calls it, in two to five words; null without a usable name.")
    terms: str = column("The terms that weigh most in it, comma-separated.")
    prompts: int = column("Prompts in it.", at_least=1)
    share: float = column("Its share of all prompts.", at_least=0, at_most=1)
    train: int = column("Of them in the train split.", at_least=0)
    held_out: int = column("Of them held out.", at_least=0)
    split_deviation: float = column(
        "Its share of the held-out prompts less its share of the train prompts.", at_least=-1, at_most=1
    )
    example: str = column("A prompt of it.")


TOPICS = table(
    "prompts",
    "topics",
    columns_of(Topic),
    key=("topic",),
    description="The topics of the prompts, named by a model, with their sizes in both splits: the paper's figure 3.",
)


class ClassifierQuality(Row):
    model: str = column("The model that was asked.")
    template: str = column("Name and content hash of the prompt template.")
    subset: Literal["all", "clear", "hard"] = column("Which labelled prompts: all, the clear ones, or the hard ones.")
    metric: Literal["precision", "recall", "f1", "accuracy", "flip_rate"] = column(
        "precision: of what it calls controversial, the share that is; recall: of what is controversial, the share it "
        "finds; f1: their harmonic mean; accuracy: share of right verdicts; flip_rate: share of prompts whose draws "
        "disagree."
    )
    value: float | None = column("The value; null where it is undefined.", at_least=0, at_most=1)
    low: float | None = column("Lower end of the 95 % interval.", at_least=0, at_most=1)
    high: float | None = column("Upper end.", at_least=0, at_most=1)
    reason: str | None = column("Why there is no value; null otherwise.")
    n_prompts: int = column("Labelled prompts asked about.", at_least=0)
    n_unscored: int = column("Of them without a usable verdict; they count in no metric.", at_least=0)
    true_positives: int = column("Controversial, and called so.", at_least=0)
    false_positives: int = column("Not controversial, but called so.", at_least=0)
    false_negatives: int = column("Controversial, but not called so.", at_least=0)
    true_negatives: int = column("Not controversial, and not called so.", at_least=0)
    draws: int = column("Draws for each prompt; their majority is the verdict.", at_least=1)
    simulated: bool = column("True when a simulated model answered: not a real model's data.")


CLASSIFIER_QUALITY = table(
    "prompts",
    "classifier_quality",
    columns_of(ClassifierQuality),
    key=("model", "subset", "metric"),
    description="How well a model sorts the prompts that this project labelled by hand (prompts/labelled/): precision, "
    "recall and F1 with intervals.",
)
