"""What the benchmark's verdicts say: pass@k, models beside each other, groups of personas, what summaries drop."""

from typing import Literal

from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table


class PassAtK(Row):
    mode: str = column("How the model was asked.")
    judged_model: str = column("The model under test.")
    judge: str = column("The critic.")
    k: int = column("Answers drawn for an item, of which one has to pass.", at_least=1)
    n_items: int = column("Items with k or more scored answers.", at_least=0)
    n_left_out: int = column("Items with fewer, which do not count.", at_least=0)
    value: float | None = column(
        "Mean of 1 − C(n − c, k) / C(n, k) over items, n scored answers of which c pass; null without items.",
        at_least=0,
        at_most=1,
    )
    low: float | None = column("Lower end of the interval, bootstrap over personas and prompts.", at_least=0, at_most=1)
    high: float | None = column(
        "Upper end of the interval, bootstrap over personas and prompts.", at_least=0, at_most=1
    )
    confidence: float = column("Confidence of the interval.", at_least=0, at_most=1)
    reason: str | None = column("Why value is null, or 'insufficient: …' under 30 items; null otherwise.")
    version: str = column("Version of the benchmark, as in bench.scores.")
    simulated: bool = column("True when a simulated model answered or judged.")
    seed: int = column("The seed of the bootstrap.")


PASS_AT_K = table(
    "bench",
    "pass_at_k",
    columns_of(PassAtK),
    key=("mode", "judged_model", "judge", "k"),
    description="The chance that one of k independent answers needs no revision (figure 12), by the unbiased "
    "estimator, for k up to the number of answers and 16.",
)


class BenchComparison(Row):
    mode: str = column("How both were asked.")
    judge: str = column("The critic of both.")
    model_1: str = column("One model.")
    model_2: str = column("The other.")
    n_both: int = column("Items on which both have a verdict.", at_least=0)
    only_1: int = column("Of these, items that only model_1 passes.", at_least=0)
    only_2: int = column("Items that only model_2 passes.", at_least=0)
    difference: float | None = column("Accuracy of model_1 less that of model_2; null without items.")
    low: float | None = column("Lower end of the difference's interval, bootstrap over personas and prompts.")
    high: float | None = column("Upper end of it.")
    test: Literal["mcnemar_exact", "paired_bootstrap"] | None = column(
        "mcnemar_exact where no two items share a persona; else paired_bootstrap, over personas and prompts."
    )
    p_value: float | None = column("Two-sided, of no difference; null without items.", at_least=0, at_most=1)
    corrected_p: float | None = column(
        "The same, by Holm over all pairs of this mode and judge.", at_least=0, at_most=1
    )
    reason: str | None = column("Why the difference is null, or 'insufficient: …'; null otherwise.")
    version: str = column("Version of the benchmark, the same for both.")
    simulated: bool = column("True when a simulated model answered or judged.")
    seed: int = column("The seed of the bootstrap.")


COMPARISONS = table(
    "bench",
    "comparisons",
    columns_of(BenchComparison),
    key=("mode", "judge", "model_1", "model_2"),
    description="Every two models on the items on which both have a verdict; empty with one model.",
    min_rows=0,
)


class LeaderboardRow(Row):
    mode: str = column("How the models were asked.")
    judge: str = column("The critic.")
    judged_model: str = column("The model under test.")
    accuracy: float | None = column("As in bench.scores.", at_least=0, at_most=1)
    low: float | None = column("As in bench.scores.", at_least=0, at_most=1)
    high: float | None = column("As in bench.scores.", at_least=0, at_most=1)
    n_scored: int = column("Items with a verdict.", at_least=0)
    n_unscored: int = column("Items without one.", at_least=0)
    rank_best: int | None = column(
        "1 + the models that are better beyond chance (corrected_p below 1 − confidence); null without accuracy.",
        at_least=1,
    )
    rank_worst: int | None = column("The number of models ranked, less those that are worse beyond chance.", at_least=1)
    n_models: int = column("Models ranked in this mode, by this judge.", at_least=0)
    human_agreement: float | None = column(
        "How often the judge agrees with people on this model's answers; null when not known.", at_least=0, at_most=1
    )
    human_reason: str | None = column("Why that is null, or 'insufficient: …'; null otherwise.")
    source: str = column("asked, or the file that the answers were read from.")
    reason: str | None = column("Why accuracy is null, or 'insufficient: …'; null otherwise.")
    version: str = column("Version of the benchmark: the same for all models of a mode and judge.")
    simulated: bool = column("True when a simulated model answered or judged.")
    self_judged: bool = column("True when the judge is the judged model.")


LEADERBOARD = table(
    "bench",
    "leaderboard",
    columns_of(LeaderboardRow),
    key=("mode", "judge", "judged_model"),
    description="Models side by side, per mode and judge, with intervals and the range of ranks that the paired "
    "comparisons leave open.",
)


class Intersection(Row):
    group_name: str = column("The group's name.")
    predicate: str = column("Its conditions on the persona's attributes, as JSON.")
    mode: str = column("How the model was asked.")
    judged_model: str = column("The model under test.")
    judge: str = column("The critic.")
    n_personas: int = column("Personas of the group with a scored item.", at_least=0)
    n_items: int = column("Items of the group.", at_least=0)
    n_scored: int = column("Of these, items with a verdict.", at_least=0)
    accuracy: float | None = column(
        "Share that needs no revision; null when nothing was scored.", at_least=0, at_most=1
    )
    low: float | None = column("Lower end of the interval; null under the least number.", at_least=0, at_most=1)
    high: float | None = column("Upper end of it.", at_least=0, at_most=1)
    min_items: int = column("The least number of scored items for an interval.", at_least=1)
    reason: str | None = column("Why accuracy is null, or 'insufficient: …'; null otherwise.")
    version: str = column("Version of the benchmark.")
    simulated: bool = column("True when a simulated model answered or judged.")
    seed: int = column("The seed of the bootstrap.")


INTERSECTIONS = table(
    "bench",
    "intersections",
    columns_of(Intersection),
    key=("group_name", "mode", "judged_model", "judge"),
    description="Scores among the items of named groups of personas, such as an age and a religion together; without "
    "correction for how many groups are looked at.",
    min_rows=0,
)


class SummaryDrop(Row):
    mode: str = column("The mode that asks for a summary first.")
    judged_model: str = column("The model that summarised.")
    attribute: str = column("The attribute of the persona.")
    n_summaries: int = column("Usable summaries of personas that have the attribute.", at_least=1)
    n_dropped: int = column("Of these, summaries that leave it out.", at_least=0)
    share: float = column("n_dropped / n_summaries.", at_least=0, at_most=1)
    low: float | None = column("Lower end of the interval, bootstrap over personas and prompts.", at_least=0, at_most=1)
    high: float | None = column(
        "Upper end of the interval, bootstrap over personas and prompts.", at_least=0, at_most=1
    )
    reason: str | None = column("'insufficient: …' under 30 summaries; null otherwise.")
    simulated: bool = column("True when a simulated model summarised.")
    seed: int = column("The seed of the bootstrap.")


SUMMARY_DROPS = table(
    "bench",
    "summary_drops",
    columns_of(SummaryDrop),
    key=("mode", "judged_model", "attribute"),
    description="Which attributes of a persona a summary leaves out (figure 11); empty without a mode that summarises.",
    min_rows=0,
)
