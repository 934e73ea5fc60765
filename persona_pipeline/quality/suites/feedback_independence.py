from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback_reports import INDEPENDENCE

SUITES.register(
    INDEPENDENCE.path,
    lambda _: [
        row_rule(
            "topics_are_independent",
            "No attribute tells more of a pair's topic than chance explains (Holm-corrected p of at least 0.001).",
            lambda rows, _: rows["verdict"] != "dependent",
        ),
        row_rule(
            "tested_or_said_why",
            "An attribute has a p-value, or a reason why it has none.",
            lambda rows, _: rows["p_value"].notna() == rows["untested_because"].isna(),
        ),
    ],
)
