from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.prompt import VERDICTS

SUITES.register(
    VERDICTS.path,
    lambda _: [
        row_rule(
            "a_verdict_exactly_when_usable",
            "There is a verdict with score and reason exactly when the row's status is ok.",
            lambda rows, _: (
                rows[["controversial", "score", "verdict_reason"]]
                .notna()
                .eq(rows["status"] == "ok", axis=0)
                .all(axis=1)
            ),
        ),
    ],
)
