from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.prompt import TOPICS

SUITES.register(
    TOPICS.path,
    lambda _: [
        row_rule(
            "a_name_exactly_when_usable",
            "A topic has a name exactly when the row's status is ok.",
            lambda rows, _: rows["name"].notna() == (rows["status"] == "ok"),
        ),
        row_rule(
            "sizes_add_up",
            "The prompts of a topic are those of both splits.",
            lambda rows, _: rows["prompts"] == rows["train"] + rows["held_out"],
        ),
    ],
)
