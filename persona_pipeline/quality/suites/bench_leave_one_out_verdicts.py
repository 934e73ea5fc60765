from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_leave_one_out import LEAVE_ONE_OUT_VERDICTS

SUITES.register(
    LEAVE_ONE_OUT_VERDICTS.path,
    lambda _: [
        row_rule(
            "a_verdict_exactly_when_usable",
            "There is a verdict exactly when the row's status is ok.",
            lambda rows, _: rows["needs_revision"].notna() == (rows["status"] == "ok"),
        ),
        row_rule(
            "something_is_withheld_from_somebody",
            "An attribute is named exactly when it is withheld from somebody.",
            lambda rows, _: rows["attribute"].isna() == (rows["withheld_from"] == "nobody"),
        ),
    ],
)
