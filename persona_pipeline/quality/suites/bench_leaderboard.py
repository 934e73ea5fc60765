from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_reports import LEADERBOARD

SUITES.register(
    LEADERBOARD.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A accuracy that is null says why.",
            lambda rows, _: rows["accuracy"].notna() | rows["reason"].notna(),
        ),
        row_rule(
            "ranks_in_order",
            "The best rank that is possible is not below the worst one.",
            lambda rows, _: (rows["rank_best"] <= rows["rank_worst"]).fillna(True),
        ),
    ],
)
