from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.census import MARGINS

SUITES.register(
    MARGINS.path,
    lambda _: [
        row_rule(
            "shares_sum_to_one",
            "The shares of an attribute's levels add up to 1.",
            lambda rows, _: rows.groupby(["vintage", "attribute"])["share"].transform("sum").sub(1).abs() < 1e-9,
            across_rows=True,
        )
    ],
)
