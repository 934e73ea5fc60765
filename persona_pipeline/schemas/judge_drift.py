"""The same judgements asked for again, week by week: does a model that is served under one name stay the same?"""

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.feedback import Side
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table

WEEK = r"^\d{4}-W\d{2}$"


class Rejudgement(ModelMade):
    week: str = column("The ISO week it was asked in, such as 2026-W47.", pattern=WEEK)
    pair_id: str = column("The pair judged.")
    persona_id: str = column("Whose preference it is.")
    judge: str = column("The model asked, playing the persona.")
    draw: int = column("The draw it was asked as: weeks since 1970, so that no week has another's answers.", at_least=1)
    revision_side: Side = column("Where the revision stood: as in feedback.judgements.")
    choice: Side | None = column("The side the judge chose; null when unusable.")
    first_choice: Side = column("What it chose when it was asked first, in feedback.judgements.")
    same: bool | None = column("Whether both are the same; null when there is no choice.")
    prefers_revision: bool | None = column("Whether the judge chose the revision; null when unusable.")
    seed: int = column("The seed of the sides and of the sample.")


REJUDGEMENTS = table(
    "feedback",
    "rejudgements",
    columns_of(Rejudgement),
    key=("week", "judge", "pair_id"),
    description="A sample of judgements asked for again each week in the same words; the sample moves on by a part of "
    "its pairs each week. Weeks stay when others come. Empty until a week is asked for (schedule weekly_rejudging).",
    min_rows=0,
)


class JudgeDrift(Row):
    judge: str = column("The model asked.")
    week: str = column("The ISO week.", pattern=WEEK)
    answered_by: str | None = column(
        "The models the endpoint said it used that week, comma-separated; null when none answered."
    )
    n_asked: int = column("Judgements asked for again.", at_least=1)
    n_usable: int = column("Those with a choice.", at_least=0)
    agreement: float | None = column("Share of the usable that are as they were first.", at_least=0, at_most=1)
    low: float | None = column("Lower end of the 95 % interval (Wilson).", at_least=0, at_most=1)
    high: float | None = column("Upper end of the interval.", at_least=0, at_most=1)
    prefers_revision: float | None = column("Share of the usable that prefer the revision.", at_least=0, at_most=1)
    agreement_before: float | None = column(
        "The same agreement over all earlier weeks of this judge; null in its first.", at_least=0, at_most=1
    )
    p_value: float | None = column(
        "Chance of a difference as large between this week and the earlier ones if nothing changed: two shares, taken "
        "as independent, although weeks share pairs.",
        at_least=0,
        at_most=1,
    )
    reason: str | None = column("Why a value is null, or says little; null otherwise.")
    simulated: bool = column("True when a simulated model answered.")


JUDGE_DRIFT = table(
    "feedback",
    "judge_drift",
    columns_of(JudgeDrift),
    key=("judge", "week"),
    description="Week by week, how often a judge chooses as it did first. A fall that chance does not explain means "
    "that the model behind the name changed, or how it is served.",
    min_rows=0,
)
