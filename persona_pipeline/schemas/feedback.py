"""Direct Principle Feedback: assignment, base answer, critique, revision, pair, and a judge's view of the pair."""

from typing import Literal

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table

Side = Literal["A", "B"]


class Assignment(Row):
    pair_id: str = column("The pair: content-derived from persona, prompt and base answer.")
    persona_id: str = column("Whose preference it is.")
    prompt_id: str = column("The question, drawn independently of the persona.")
    base_id: str = column("The base answer the pair starts from.")
    persona_split: Literal["train", "test"] = column("The persona's split.")
    question_type: Literal["seen", "unseen"] = column("Whether the prompt is of the train split (seen) or held out.")
    data: Literal["train", "test"] = column("Use of the pair: train, or test (seen-test and held-out prompts).")
    core: bool = column("True for a prompt that every persona answers, so that personas can be compared on it.")
    seed: int = column("The seed of the draw.")


ASSIGNMENTS = table(
    "feedback",
    "assignments",
    columns_of(Assignment),
    key=("pair_id",),
    description="Which persona answers which prompt: a core that all personas answer, and prompts drawn independently "
    "of personas. persona_split × question_type are the four splits seen/unseen persona × seen/unseen prompt.",
)


class BaseResponse(ModelMade):
    base_id: str = column("The base answer: content-derived from prompt and draw.")
    prompt_id: str = column("The question.")
    draw: int = column("0, 1, … for independent answers to the same question.", at_least=0)
    text: str | None = column("The answer; null when there is none.", min_length=1)


BASE_RESPONSES = table(
    "feedback",
    "base_responses",
    columns_of(BaseResponse),
    key=("base_id",),
    description="The model's answer to the question alone, with no persona: the rejected side of a pair.",
)


class Critique(ModelMade):
    pair_id: str = column("The pair.")
    persona_id: str = column("Whose view it is.")
    prompt_id: str = column("The question.")
    evaluation: str | None = column(
        "What does and does not resonate with the persona; null when unusable.", min_length=1
    )
    suggestions: str | None = column("What to change; null when unusable.", min_length=1)


CRITIQUES = table(
    "feedback",
    "critiques",
    columns_of(Critique),
    key=("pair_id",),
    description="The base answer criticised from the persona's point of view.",
)


class Revision(ModelMade):
    pair_id: str = column("The pair.")
    persona_id: str = column("Whose view it is.")
    prompt_id: str = column("The question.")
    text: str | None = column("The revised answer; null when there is none.", min_length=1)


REVISIONS = table(
    "feedback",
    "revisions",
    columns_of(Revision),
    key=("pair_id",),
    description="The base answer revised by the critique: the chosen side of a pair.",
)


class PairQuality(Row):
    pair_id: str = column("The pair.")
    persona_id: str = column("Whose preference it is.")
    prompt_id: str = column("The question.")
    verdict: Literal["good", "flagged", "dropped"] = column(
        "good: no rule found fault; flagged: in preference_pairs, with the rules' names; dropped: left out of it."
    )
    dropped_by: str | None = column(
        "The rules that drop the pair, by name, comma-separated; it is counted under the first. Null when none does.",
        min_length=1,
    )
    flagged_by: str | None = column("The rules that flag it, likewise; null when none does.", min_length=1)
    reason: str | None = column("What each rule found, with its evidence; null for a good pair.", min_length=1)
    words_chosen: int = column("Length of the revision.", unit="words, separated by white space", at_least=1)
    words_rejected: int = column("Length of the base answer.", unit="words, separated by white space", at_least=1)
    similarity: float = column(
        "Share of neighbouring words that revision and base answer have in common (Jaccard); 1 where they differ in "
        "case, blanks and punctuation only.",
        at_least=0,
        at_most=1,
    )
    simulated: bool = column("True when a simulated model made any part: not a real model's data.")


PAIR_QUALITY = table(
    "feedback",
    "pair_quality",
    columns_of(PairQuality),
    key=("pair_id",),
    description="What the rules of pair quality say of every pair whose base answer, critique and revision are usable. "
    "Texts of dropped pairs stay in base_responses and revisions.",
    min_rows=0,
)


class PreferencePair(Row):
    pair_id: str = column("The pair.")
    persona_id: str = column("Whose preference it is.")
    prompt_id: str = column("The question.")
    prompt: str = column("The question's text.", min_length=1)
    chosen: str = column("The revised answer, preferred.", min_length=1)
    rejected: str = column("The base answer.", min_length=1)
    critique: str = column("The critique's evaluation and suggestions.", min_length=1)
    persona_split: Literal["train", "test"] = column("The persona's split.")
    question_type: Literal["seen", "unseen"] = column("Whether the prompt is of the train split or held out.")
    data: Literal["train", "test"] = column("Use of the pair.")
    core: bool = column("True for a prompt that every persona answers.")
    flags: str | None = column(
        "Quality rules that flag the pair without dropping it, by name and comma-separated; null when none does.",
        min_length=1,
    )
    model: str = column("The model that wrote the revision.")
    simulated: bool = column("True when a simulated model made any part: not a real model's data.")
    seed: int = column("The seed of the assignment.")


PREFERENCE_PAIRS = table(
    "feedback",
    "preference_pairs",
    columns_of(PreferencePair),
    key=("pair_id",),
    description="Preference pairs: for this persona and prompt, `chosen` over `rejected`. Pairs without a usable base "
    "answer, critique or revision, and those that pair_quality drops, are left out and counted; their rows stay in the "
    "tables before.",
)


class Judgement(ModelMade):
    pair_id: str = column("The pair judged.")
    persona_id: str = column("Whose preference it is.")
    judge: str = column("The model that judged, playing the persona.")
    revision_side: Side = column("Where the revision stood; random, from the seed.")
    choice: Side | None = column("The side the judge chose; null when unusable.")
    prefers_revision: bool | None = column("Whether the judge chose the revision; null when unusable.")
    seed: int = column("The seed of the sides.")


JUDGEMENTS = table(
    "feedback",
    "judgements",
    columns_of(Judgement),
    key=("pair_id", "judge"),
    description="A role-playing judge's choice between the sides of a pair; the paper reports 96 % for the revision.",
)


class Repeat(ModelMade):
    pair_id: str = column("The pair whose critique and revision were drawn again.")
    draw: int = column("Which repetition, from 1; the pair's own critique and revision are draw 0.", at_least=1)
    persona_id: str = column("Whose view it is.")
    prompt_id: str = column("The question, of the core block.")
    evaluation: str | None = column("The critique's evaluation; null when unusable.", min_length=1)
    suggestions: str | None = column("The critique's suggestions; null when unusable.", min_length=1)
    text: str | None = column("The revision that followed from this critique; null when there is none.", min_length=1)


REPEATS = table(
    "feedback",
    "repeats",
    columns_of(Repeat),
    key=("pair_id", "draw"),
    description="Critique and revision of a small sample of core pairs asked again with the same words: the run-to-run "
    "noise that a persona's effect is compared with in feedback.diversity. `status` and `reason` are the revision's.",
    min_rows=0,
)
