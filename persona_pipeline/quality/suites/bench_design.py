from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench import DESIGN

SUITES.register(
    DESIGN.path,
    lambda _: [
        row_rule(
            "one_hash",
            "All items carry the hash of the one design.",
            lambda rows, _: rows["design_hash"] == rows["design_hash"].iloc[0],
        ),
    ],
)
