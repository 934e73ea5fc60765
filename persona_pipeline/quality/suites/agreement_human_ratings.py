from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.human_ratings import HUMAN_RATINGS

SUITES.register(
    HUMAN_RATINGS.path,
    lambda _: [
        row_rule(
            "what_counts_is_whole",
            "A rating that counts has an item and a choice.",
            lambda rows, _: rows["excluded_because"].notna() | (rows["item_id"].notna() & rows["choice"].notna()),
        ),
    ],
)
