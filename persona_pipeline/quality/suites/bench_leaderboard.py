from persona_pipeline.quality.rules import null_says_why, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_reports import LEADERBOARD

SUITES.register(
    LEADERBOARD.path,
    lambda _: [
        null_says_why("accuracy", "An accuracy that is null says why."),
        row_rule(
            "ranks_in_order",
            "The best rank that is possible is not below the worst one.",
            lambda rows, _: (rows["rank_best"] <= rows["rank_worst"]).fillna(True),
        ),
    ],
)
