from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona_reports import CALIBRATION

SUITES.register(
    CALIBRATION.path,
    lambda _: [
        row_rule(
            "the_mean_is_no_larger_than_the_largest",
            "The mean margin error of an attribute is at most its largest.",
            lambda rows, _: rows["mean_margin_error"] <= rows["largest_margin_error"] + 1e-12,
        )
    ],
)
