from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback import JUDGEMENTS

SUITES.register(
    JUDGEMENTS.path,
    lambda _: [
        row_rule(
            "the_preference_is_the_choice",
            "prefers_revision says whether the chosen side is the revision's, and is null without a choice.",
            lambda rows, _: (
                (rows["choice"] == rows["revision_side"])
                .where(rows["choice"].notna(), None)
                .astype("boolean")
                .eq(rows["prefers_revision"])
                .fillna(rows["prefers_revision"].isna() & rows["choice"].isna())
            ),
        )
    ],
)
