from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench import SUBTLETY

SUITES.register(
    SUBTLETY.path,
    lambda _: [
        row_rule(
            "a_verdict_exactly_when_usable",
            "There is a verdict exactly when the row's status is ok.",
            lambda rows, _: rows["subtle"].notna() == (rows["status"] == "ok"),
        ),
    ],
)
