from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.prompt import FLAGS

SUITES.register(
    FLAGS.path,
    lambda _: [
        row_rule(
            "a_duplicate_names_another",
            "A duplicate names the prompt that stands for it, which is another, and only duplicates do.",
            lambda rows, _: (
                (rows["rule"].str.endswith("_duplicate").astype(bool) == rows["duplicate_of"].notna())
                & (rows["duplicate_of"].isna() | (rows["duplicate_of"] != rows["prompt_id"]))
            ),
        ),
    ],
)
