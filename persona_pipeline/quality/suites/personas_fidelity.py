from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona_reports import FIDELITY

ALPHA = 0.01  # of a whole table: one in a hundred honest draws may fail

SUITES.register(
    FIDELITY.path,
    lambda _: [
        row_rule(
            "no_label_drift",
            "No persona's census fact differs from its census record.",
            lambda rows, _: rows["label_drift"] == 0,
        ),
        row_rule(
            "within_sampling_error",
            f"No attribute differs from the census by more than chance explains (Holm-corrected p ≥ {ALPHA}).",
            lambda rows, _: rows["corrected_p"].fillna(1.0) >= ALPHA,
            severity="warn",
        ),
        row_rule(
            "tested_or_said_why",
            "An attribute has a p-value, or a reason why it has none.",
            lambda rows, _: rows["p_value"].notna() == rows["untested_because"].isna(),
        ),
    ],
)
