"""Agreement: what ratings say beyond scores, from majorities to which attributes matter."""

from typing import Literal

from persona_pipeline.schemas.agreement import Comparison
from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.feedback import Side
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table


class Majority(Row):
    item_id: str = column("The item.")
    persona_id: str = column("The persona it is about.")
    prompt_id: str = column("The question.")
    n_ratings: int = column("Usable ratings by humans.", at_least=0)
    n_a: int = column("Of these, how many chose A.", at_least=0)
    n_b: int = column("Of these, how many chose B.", at_least=0)
    majority: Side | None = column("What more than half, and at least 3, chose; null when there is no such side.")
    prefers_revision: bool | None = column("Whether the majority chose the revision; null without a majority.")
    reason: str | None = column("Why there is no majority: a tie, or too few who agree; null when there is one.")
    simulated: bool = column("True when any human rater is simulated.")


MAJORITIES = table(
    "agreement",
    "majorities",
    columns_of(Majority),
    key=("item_id",),
    description="What most human raters of an item chose, with its ties: four coins have a majority of three 62.5 % of "
    "the time.",
)


class SubgroupScore(Row):
    score_id: str = column("The score: content-derived from subgroup, level, comparison, model and metric.")
    subgroup: str = column("What the items are split by: an attribute of the persona, topic, or a split.")
    level: str = column("The part of them: the attribute's value (age and income in bands), the topic, the split.")
    comparison: Comparison = column("What is compared, as in agreement.scores.")
    model: str | None = column("The model compared with the humans; null where the comparison is of a group.")
    metric: str = column("The statistic.")
    value: float | None = column("Its value; null when undefined, see reason.", at_least=-1, at_most=1)
    low: float | None = column("Lower end of the interval; null when there is none.", at_least=-1, at_most=1)
    high: float | None = column("Upper end of the interval; null when there is none.", at_least=-1, at_most=1)
    confidence: float = column("Confidence of the interval.", at_least=0, at_most=1)
    n_items: int = column("Items with the ratings the statistic needs.", at_least=0)
    n_personas: int = column("Personas these items are about.", at_least=0)
    reason: str | None = column("Why the value is null, or 'insufficient: …' under the least number; null otherwise.")
    simulated: bool = column("True when any rating behind it is simulated.")
    seed: int = column("The seed of the bootstrap.")


SUBGROUP_SCORES = table(
    "agreement",
    "subgroup_scores",
    columns_of(SubgroupScore),
    key=("score_id",),
    description="Agreement among the items of one kind of persona, one topic or one split: no interval under the least "
    "number of items, and no correction for how many subgroups are looked at.",
)


class StudyPower(Row):
    power_id: str = column("The estimate: content-derived from comparison and kappa.")
    comparison: Comparison = column("What would be compared, as in agreement.scores.")
    kappa: float = column("The true kappa assumed.", at_least=-1, at_most=1)
    n_personas: int = column("Personas in it.", at_least=1)
    n_items: int = column("Items in it.", at_least=1)
    n_raters_per_item: int = column("Human ratings of each item.", at_least=1)
    half_width: float = column(
        "Expected half-width of a 95 % interval of Cohen's kappa, items independent.", at_least=0
    )
    half_width_clustered: float | None = column(
        "The same when items of one persona resemble each other (intraclass correlation 0.05); null for one persona.",
        at_least=0,
    )
    simulated_studies: int = column("How many simulated studies it comes from.", at_least=1)
    seed: int = column("The seed of the simulation.")


STUDY_POWER = table(
    "agreement",
    "study_power",
    columns_of(StudyPower),
    key=("power_id",),
    description="How wide the intervals of kappa will be with this study's numbers: planned, before any rating; sides "
    "are balanced because they are random.",
)


class AltTest(Row):
    test_id: str = column("The test: content-derived from model and human.")
    model: str = column("The model that would stand in for a human.")
    rater_id: str | None = column("The human left out; null for the row that sums up the model.")
    n_items: int = column("Items that the model, this human and another one rated.", at_least=0)
    advantage_model: float | None = column(
        "ρ of the model: how often it agrees with the other humans at least as well as this human does (mean of all "
        "humans in the model's row); null when undefined.",
        at_least=0,
        at_most=1,
    )
    advantage_human: float | None = column("ρ of the human: the other way round.", at_least=0, at_most=1)
    p_value: float | None = column(
        "Of the hypothesis that the model is worse than this human less epsilon; one-sided.", at_least=0, at_most=1
    )
    corrected_p: float | None = column(
        "The same, by Benjamini and Yekutieli over all humans of the model.", at_least=0, at_most=1
    )
    method: Literal["t", "wilcoxon"] | None = column("t-test; Wilcoxon's signed ranks under 30 items.")
    model_wins: bool | None = column("Whether corrected_p is below alpha; null when not tested.")
    winning_rate: float | None = column(
        "ω: the share of humans over whom the model wins; in the model's row only.", at_least=0, at_most=1
    )
    passes: bool | None = column("Whether ω is 0.5 or more: the model may stand in for a human. Model's row only.")
    n_humans: int = column("Humans in the test: 3 or more are advised.", at_least=0)
    seats: bool = column(
        "Whether a human is a seat: one rater of every persona put together, because each rated under 30 items."
    )
    epsilon: float = column(
        "What the model is allowed to be worse by, for being cheaper: 0.2 for experts, 0.15 for skilled raters, 0.1 "
        "for crowd workers.",
        at_least=0,
        at_most=1,
    )
    alpha: float = column("The false discovery rate allowed.", at_least=0, at_most=1)
    reason: str | None = column("Why something is null, or what to be careful about; null otherwise.")
    simulated: bool = column("True when any rating behind it is simulated.")


ALT_TEST = table(
    "agreement",
    "alt_test",
    columns_of(AltTest),
    key=("test_id",),
    description="The Alternative Annotator Test (Calderon, Reichart & Dror, ACL 2025): may a model stand in for one of "
    "the humans? One row per model and human left out, and one per model.",
    min_rows=0,
)


class Variance(Row):
    variance_id: str = column("The component: content-derived from whose ratings and component.")
    ratings_of: Literal["models", "humans", "all"] = column("Whose ratings.")
    component: Literal["persona", "prompt", "persona_prompt", "rater", "rest"] = column(
        "persona: some prefer revisions more than others; prompt: some questions' revisions are preferred more; "
        "persona_prompt: this persona on this question, the personal part; rater: some models or people choose "
        "revisions more; rest: one rater on one item, with its noise."
    )
    variance: float | None = column("The component, as estimated; below 0 means none was found. Null: not estimable.")
    share: float | None = column(
        "Its share of all components, those below 0 counted as 0; null when not estimable.", at_least=0, at_most=1
    )
    low: float | None = column("Lower end of the share's 95 % jackknife interval.", at_least=0, at_most=1)
    high: float | None = column("Upper end of it.", at_least=0, at_most=1)
    n_ratings: int = column("Ratings.", at_least=0)
    n_levels: int = column("How many personas, prompts, items or raters; ratings for the rest.", at_least=0)
    reason: str | None = column("Why it is null; null otherwise.")
    simulated: bool = column("True when any rating behind it is simulated.")


VARIANCE = table(
    "agreement",
    "variance",
    columns_of(Variance),
    key=("variance_id",),
    description="Where choices of the revision over the base answer come from: persona, prompt, both together, rater, "
    "rest. The outcome is 0 or 1; random effects by Henderson's first method.",
)

MatrixKind = Literal["human_model", "model_model", "persona_persona", "human_human"]


class KappaCell(Row):
    cell_id: str = column("The cell: content-derived from kind, raters and personas.")
    kind: MatrixKind = column(
        "human_model: humans for the row's persona beside the model for the column's; model_model: two models; "
        "persona_persona: one model for two personas; human_human: humans for two personas, or two humans for one."
    )
    row_rater: str = column("Who rates for the row's persona: a model, or 'humans' for all of them.")
    column_rater: str = column("Who rates for the column's persona.")
    row_persona: str = column("The row's persona.")
    column_persona: str = column("The column's persona.")
    n_items: int = column("Questions with the same answers that both rated.", at_least=1)
    kappa: float | None = column("Cohen's kappa; null when undefined, see reason.", at_least=-1, at_most=1)
    low: float | None = column("Lower end of the 95 % interval; null without a kappa.", at_least=-1, at_most=1)
    high: float | None = column("Upper end of it.", at_least=-1, at_most=1)
    reason: str | None = column("Why the kappa is null, or 'insufficient: …' under 30 items; null otherwise.")
    simulated: bool = column("True when any rating behind it is simulated.")


KAPPA_MATRIX = table(
    "agreement",
    "kappa_matrix",
    columns_of(KappaCell),
    key=("cell_id",),
    description="Persona × persona matrices of Cohen's kappa, one for each two raters (figures 6 to 9). In a nested "
    "study personas share no answers and only the diagonal is there; in a crossed one all of it. Intervals: Wilson's "
    "for the agreement, with chance agreement held fixed.",
    min_rows=0,
)

LooDesign = Literal["added", "dropped"]
"""added: the paper's, 3 random attributes and the same with one more · dropped: the whole persona and the same with one
attribute left out."""


class LooChoice(ModelMade):
    choice_id: str = column("The choice: content-derived from design, persona, attribute and item.")
    design: LooDesign = column(
        "added (the paper's): 3 random attributes, and the same with one more; dropped: the whole persona, and the "
        "same with one attribute less."
    )
    persona_id: str = column("The persona whose attributes are shown.")
    attribute: str | None = column(
        "The attribute added or dropped; null for the whole persona of `dropped`, and for its lines in another order "
        "(see arm)."
    )
    arm: Literal["without", "with", "reordered"] = column(
        "Whether the attribute is shown; reordered: the whole persona with its lines in another order, which shows how "
        "often a choice flips for no reason."
    )
    shown: str = column("The attributes shown, comma-separated, in their order.", min_length=1)
    prompt_id: str = column("The question.")
    pair_a: str = column("The pair whose answer is A.")
    pair_b: str = column("The pair whose answer is B.")
    judge: str = column("The model that chooses.")
    choice: Side | None = column("The side chosen; null when unusable.")
    seed: int = column("The seed of the design.")


LEAVE_ONE_OUT_CHOICES = table(
    "agreement",
    "leave_one_out_choices",
    columns_of(LooChoice),
    key=("choice_id",),
    description="What a judge chooses when it knows an attribute of the persona and when it does not.",
)


class LooAttribute(Row):
    influence_id: str = column("The row: content-derived from design and attribute.")
    design: LooDesign = column("How the attribute was taken away; see agreement.leave_one_out_choices.")
    attribute: str = column("The attribute.")
    n_personas: int = column("Personas that have it and were judged with and without it.", at_least=0)
    n_items: int = column("Choices compared, with and without.", at_least=0)
    kappa_mean: float | None = column(
        "Mean of the personas' kappas; lower means more influence.", at_least=-1, at_most=1
    )
    kappa_low: float | None = column(
        "Lower end of the mean's 95 % interval, personas drawn again.", at_least=-1, at_most=1
    )
    kappa_high: float | None = column("Upper end of it.", at_least=-1, at_most=1)
    kappa_min: float | None = column("The lowest persona's kappa.", at_least=-1, at_most=1)
    kappa_quarter: float | None = column("A quarter of the personas' kappas are below.", at_least=-1, at_most=1)
    kappa_median: float | None = column("Half of them are below.", at_least=-1, at_most=1)
    kappa_three_quarters: float | None = column("Three quarters of them are below.", at_least=-1, at_most=1)
    kappa_max: float | None = column("The highest persona's kappa.", at_least=-1, at_most=1)
    flip_rate: float | None = column("Share of choices that differ with and without.", at_least=0, at_most=1)
    flip_rate_for_no_reason: float | None = column(
        "Share that differ when only the order of the lines does, on the same choices; `dropped` only.",
        at_least=0,
        at_most=1,
    )
    influence: float | None = column(
        "How much more choices flip than for no reason (`dropped`), or how often they flip (`added`).",
        at_least=-1,
        at_most=1,
    )
    rank: int | None = column("1 for the most influence within the design.", at_least=1)
    p_value: float | None = column(
        "One-sided, exact, of more flips without the attribute than for no reason, paired by choice; `dropped` only.",
        at_least=0,
        at_most=1,
    )
    corrected_p: float | None = column("The same, by Holm over all attributes.", at_least=0, at_most=1)
    reason: str | None = column("Why something is null, or 'insufficient: …'; null otherwise.")
    simulated: bool = column("True when a simulated model chose.")
    seed: int = column("The seed of the design and of the bootstrap.")


LEAVE_ONE_OUT = table(
    "agreement",
    "leave_one_out",
    columns_of(LooAttribute),
    key=("influence_id",),
    description="How much each attribute of a persona moves a judge's choices (figure 5): the paper's design and the "
    "whole persona against each single drop.",
)
