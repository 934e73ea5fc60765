"""Agreement: items that several raters see, their ratings, and statistics of how far they agree."""

from typing import Literal

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.feedback import Side
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table

StudyDesign = Literal["nested", "crossed"]
ItemKind = Literal["item", "attention", "repeat"]


class StudyItem(Row):
    item_id: str = column("The item: content-derived from the pair and its side.")
    pair_id: str = column("The pair shown.")
    persona_id: str = column("The persona to choose for.")
    prompt_id: str = column("The question.")
    question: str = column("The question's text.", min_length=1)
    answer_a: str = column("Answer A.", min_length=1)
    answer_b: str = column("Answer B.", min_length=1)
    revision_side: Side = column("Which side is the revision; random, hidden from raters.")
    seed: int = column("The seed of the choice and of the sides.")
    simulated: bool = column("True when a simulated model wrote an answer.")
    kind: ItemKind = column(
        "item: counts for agreement; attention: one of its answers asks to be chosen; repeat: an item shown again to "
        "the same rater with its sides swapped, for self-consistency."
    )
    repeats: str | None = column("For a repeat: the item_id that it shows again; null for others.")
    expected_side: Side | None = column("For an attention check: the side to choose; null for others.")
    position: int = column("Place in the order in which a rater of this persona sees the items, from 1.", at_least=1)
    topic: str | None = column("The question's topic; null when it is not known.")
    design: StudyDesign = column(
        "nested: each persona has pairs of its own; crossed: every persona of the study has the same questions and "
        "answers, so that personas can be compared."
    )
    raters_wanted: int = column("How many raters the persona should have, each for all of its items.", at_least=1)


STUDY_ITEMS = table(
    "agreement",
    "study_items",
    columns_of(StudyItem),
    key=("item_id",),
    description="Items that the raters of a persona see, and have to choose from as the persona would, with the "
    "attention checks and repeated items that are mixed in.",
)

RaterKind = Literal["model", "human"]


class Rating(ModelMade):
    rating_id: str = column("The rating: content-derived from item and rater.")
    item_id: str = column("The item rated.")
    rater_id: str = column("Who rated: a model's name, or a human rater's id.")
    rater_kind: RaterKind = column("A model, or a human (a simulated human has simulated = true).")
    source: str = column("Where the rating came from (model, simulated_rater, …).")
    choice: Side | None = column("The answer chosen; null when unusable.")
    seed: int | None = column("The seed of a simulated rater; null for others.")
    explanation: str | None = column("Why the rater chose so, in the rater's words; null when not given.")
    seconds: float | None = column("Time from showing the item to the choice; null when not measured.", unit="seconds")
    submission_id: str | None = column(
        "The rater's submission, such as Prolific's SESSION_ID; null when there is none."
    )
    excluded_because: str | None = column(
        "The rule that keeps a usable choice out of every statistic (a failed attention check, a returned submission, "
        "…); null when it counts."
    )


RATINGS = table(
    "agreement",
    "ratings",
    columns_of(Rating),
    key=("rating_id",),
    description="One row per rater and item: model judges and human raters; simulated ones are marked.",
)

Comparison = Literal[
    "human_human",
    "human_model",
    "model_model",
    "all_humans",
    "all_models",
    "all_raters",
    "humans_model",
    "majority_model",
    "human_others",
    "self",
]
"""human_human, human_model, model_model: two raters · all_…: a whole group · humans_model: every human's rating beside
the model's of the same item · majority_model: the humans' majority beside the model · human_others: a human beside
every other human (rater_1 null: all humans so) · self: a rater beside itself when the item came again."""


class Score(Row):
    score_id: str = column("The score: content-derived from comparison, raters and metric.")
    comparison: Comparison = column(
        "What is compared: two raters by kind (human_human, human_model, model_model), a whole group (all_humans, …), "
        "every human's rating beside a model's (humans_model), the humans' majority beside a model's "
        "(majority_model), a human beside every other human (human_others; rater_1 null: all of them so), or a rater "
        "beside itself when an item came again (self)."
    )
    rater_1: str | None = column("First rater; null where the comparison is of a whole group.")
    rater_2: str | None = column("Second rater; null where the comparison is of a whole group.")
    metric: str = column("The statistic (raw_agreement, cohen_kappa, …).")
    value: float | None = column("Its value; null when undefined, see reason.", at_least=-1, at_most=1)
    low: float | None = column("Lower end of the bootstrap interval; null when there is none.", at_least=-1, at_most=1)
    high: float | None = column("Upper end of the bootstrap interval; null when there is none.", at_least=-1, at_most=1)
    confidence: float = column("Confidence of the interval.", at_least=0, at_most=1)
    n_items: int = column("Items with the ratings the statistic needs.", at_least=0)
    n_raters: int = column("Raters compared.", at_least=0)
    reason: str | None = column("Why the value is null, or 'insufficient: …' under 30 items; null otherwise.")
    simulated: bool = column("True when any rating behind it is simulated.")
    seed: int = column("The seed of the bootstrap.")
    jackknife_se: float | None = column(
        "Standard error by leaving out one persona, and one prompt, at a time; null when there is none.", at_least=0
    )


SCORES = table(
    "agreement",
    "scores",
    columns_of(Score),
    key=("score_id",),
    description="Agreement beyond chance and raw agreement, per pair of raters and per group, with intervals by "
    "drawing personas and prompts again. Raters with no item in common are not compared.",
)
