from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona import CONSISTENCY

SUITES.register(
    CONSISTENCY.path,
    lambda _: [
        row_rule(
            "a_verdict_exactly_when_usable",
            "There is a verdict exactly when a rule or a usable answer gave one.",
            lambda rows, _: rows["consistent"].notna() == ((rows["decided_by"] == "rule") | (rows["status"] == "ok")),
        )
    ],
)
