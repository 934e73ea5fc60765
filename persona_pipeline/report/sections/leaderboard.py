"""Models beside each other, with the ranks that the data leave open."""

from persona_pipeline.report.blocks import Column, Grid, Scale, Section, estimate
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS

BOARD = Query(
    "leaderboard",
    "Which model is better, in which mode, and which ranks do the comparisons leave open?",
    """SELECT judged_model, mode, judge, accuracy, low, high, reason, rank_best, rank_worst, n_models, n_scored,
       n_unscored, human_agreement, human_reason, source, self_judged, simulated, version
FROM bench.leaderboard ORDER BY mode, judge, rank_best NULLS LAST, accuracy DESC NULLS LAST, judged_model""",
)
COMPARISONS = Query(
    "comparisons",
    "By how much does each two models differ, on the same items?",
    """SELECT model_1, model_2, mode, judge, n_both, only_1, only_2, difference, low, high, test, corrected_p, reason
FROM bench.comparisons ORDER BY mode, judge, model_1, model_2""",
)

SECTIONS.register(
    "leaderboard",
    Section(
        name="leaderboard",
        order=110,
        title="Leaderboard",
        lead="Models on the same items, by the same judge. A rank is a range: from one more than the models that are "
        "better beyond chance, to all but those that are worse beyond chance.",
        blocks=(
            Grid(
                BOARD,
                "Models side by side",
                (
                    Column("judged_model", "model"),
                    Column("mode", "mode"),
                    Column("rank_best", "rank from", "count"),
                    Column("rank_worst", "to", "count"),
                    Column("n_models", "of", "count"),
                    estimate("accuracy", "accuracy"),
                    Column("judge", "judge"),
                    Column("n_scored", "scored", "count"),
                    Column("n_unscored", "unscored", "count"),
                    Column("human_agreement", "judge agrees with people", "share", why="human_reason"),
                    Column("simulated", "simulated", "yes"),
                    Column("source", "answers"),
                    Column("version", "version", "code"),
                ),
                "95 % intervals draw personas and prompts again. Rows of one mode, judge and version compare; others "
                "do not.",
            ),
            Grid(
                COMPARISONS,
                "Each two models on the same items",
                (
                    Column("model_1", "model"),
                    Column("model_2", "beside"),
                    Column("mode", "mode"),
                    estimate("difference", "difference of accuracy", "signed", Scale(-0.5, 0.5)),
                    Column("corrected_p", "Holm p", "p"),
                    Column("n_both", "items", "count"),
                    Column("only_1", "only the first passes", "count"),
                    Column("only_2", "only the second", "count"),
                    Column("test", "test"),
                ),
                "Positive: the first is better. Holm's correction over all pairs of a mode and judge.",
                empty="There is one model, and nothing to compare it with.",
            ),
        ),
    ),
)
