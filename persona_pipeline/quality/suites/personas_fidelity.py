from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona import FIDELITY

SUITES.register(
    FIDELITY.path,
    lambda _: [
        row_rule(
            "no_label_drift",
            "No persona's census fact differs from its census record.",
            lambda rows, _: rows["label_drift"] == 0,
        )
    ],
)
