from persona_pipeline.quality.rules import null_says_why, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.judge_drift import JUDGE_DRIFT

ALPHA = 0.01  # for each week: one false alarm in about two years

SUITES.register(
    JUDGE_DRIFT.path,
    lambda _: [
        null_says_why("agreement", "A week has a value, or a reason why it has none."),
        row_rule(
            "as_steady_as_before",
            f"A judge agrees with its first choices no less than in earlier weeks, beyond chance (p ≥ {ALPHA}).",
            lambda rows, _: (
                (rows["p_value"].fillna(1.0) >= ALPHA) | (rows["agreement"] >= rows["agreement_before"]).fillna(True)
            ),
            severity="warn",
        ),
    ],
)
