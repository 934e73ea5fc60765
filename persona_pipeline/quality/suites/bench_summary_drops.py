from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_reports import SUMMARY_DROPS

SUITES.register(
    SUMMARY_DROPS.path,
    lambda _: [
        row_rule(
            "the_share_is_the_counts",
            "The share is what the counts give.",
            lambda rows, _: ((rows["share"] * rows["n_summaries"] - rows["n_dropped"]).abs() < 1e-6).fillna(False),
        ),
    ],
)
