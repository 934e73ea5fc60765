from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.agreement import STUDY_ITEMS

SUITES.register(
    STUDY_ITEMS.path,
    lambda _: [
        row_rule(
            "a_repeat_names_its_item",
            "A repeat, and nothing else, says which item it shows again.",
            lambda rows, _: (rows["kind"] == "repeat") == rows["repeats"].notna(),
        ),
        row_rule(
            "a_check_has_an_expected_side",
            "An attention check, and nothing else, says which side is to be chosen.",
            lambda rows, _: (rows["kind"] == "attention") == rows["expected_side"].notna(),
        ),
    ],
)
