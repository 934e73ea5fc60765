from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT

SUITES.register(
    LEAVE_ONE_OUT.path,
    lambda _: [
        row_rule(
            "the_interval_is_in_order",
            "The lower end of an interval is not above its upper end.",
            lambda rows, _: (rows["kappa_low"] <= rows["kappa_high"]).fillna(True),
        ),
    ],
)
