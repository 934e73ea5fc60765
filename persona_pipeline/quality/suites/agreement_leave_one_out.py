from persona_pipeline.quality.rules import interval_in_order
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT

SUITES.register(
    LEAVE_ONE_OUT.path,
    lambda _: [
        interval_in_order("kappa_low", "kappa_high"),
    ],
)
