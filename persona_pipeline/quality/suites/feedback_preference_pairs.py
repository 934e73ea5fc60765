from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS

SUITES.register(
    PREFERENCE_PAIRS.path,
    lambda _: [
        row_rule(
            "the_sides_differ",
            "The chosen answer is not the rejected one.",
            lambda rows, _: rows["chosen"].str.strip() != rows["rejected"].str.strip(),
        ),
        row_rule(
            "the_revision_is_no_longer",
            "The chosen answer has no more words than the rejected one, as the paper aims for.",
            lambda rows, _: rows["chosen"].str.split().str.len() <= rows["rejected"].str.split().str.len(),
            severity="warn",
        ),
    ],
)
