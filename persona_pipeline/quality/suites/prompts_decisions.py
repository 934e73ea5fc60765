from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.prompt import DECISIONS

SUITES.register(
    DECISIONS.path,
    lambda _: [
        row_rule(
            "kept_only_by_a_usable_verdict",
            "A prompt is kept only by a model's usable verdict, or as given; a rule can only drop.",
            lambda rows, _: (
                ~rows["kept"]
                | ((rows["decided_by"] == "model") & (rows["status"] == "ok"))
                | (rows["decided_by"] == "given")
            ),
        ),
        row_rule(
            "what_is_given_is_kept_unasked",
            "What is kept as given is kept, and no model was asked about it.",
            lambda rows, _: (rows["decided_by"] != "given") | (rows["kept"] & (rows["status"] == "not_asked")),
        ),
        row_rule(
            "a_rule_that_decided_is_named",
            "What a rule dropped names the rule, and what a model decided names none.",
            lambda rows, _: (rows["decided_by"] == "rule") == rows["rule"].notna(),
        ),
        row_rule(
            "the_majority_decided",
            "No more than half of the draws say otherwise than what was decided.",
            lambda rows, _: (rows["agreement"] >= 0.5).fillna(True),
        ),
    ],
)
