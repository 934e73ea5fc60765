from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.prompt import CLASSIFIER_QUALITY

SUITES.register(
    CLASSIFIER_QUALITY.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A metric has a value, or a reason why it has none.",
            lambda rows, _: rows["value"].notna() == rows["reason"].isna(),
        ),
        row_rule(
            "prompts_add_up",
            "Labelled prompts are those unscored and the four kinds of verdict.",
            lambda rows, _: (
                rows["n_prompts"]
                == rows["n_unscored"]
                + rows[["true_positives", "false_positives", "false_negatives", "true_negatives"]].sum(axis=1)
            ),
        ),
    ],
)
