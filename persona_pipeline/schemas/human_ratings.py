"""Ratings by people, as they were handed in: each one kept, with the rule that keeps it out where there is one."""

from typing import Literal

from persona_pipeline.schemas.feedback import Side
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table

Exclusion = Literal[
    "unknown_item",
    "no_choice",
    "not_submitted",
    "duplicate",
    "released",
    "no_submission",
    "returned",
    "timed_out",
    "rejected",
    "failed_attention_check",
]


class HumanRating(Row):
    human_rating_id: str = column("The rating: content-derived from source, rater, item and how often it came before.")
    rater_id: str = column("Who rated, under an id that says nothing of who it is.")
    item_id: str | None = column("The item rated, as the file says; null when it does not.")
    choice: Side | None = column("The answer chosen; null when there is none, or it cannot be read.")
    explanation: str | None = column("Why, in the rater's words; null when not given.")
    seconds: float | None = column(
        "Time from showing the item to the choice; null when not measured.", unit="seconds", at_least=0
    )
    submission_id: str | None = column("The rater's submission at a recruiting platform; null when there is none.")
    source: str = column("Which importer read it (study_store, label_studio, argilla, table).")
    source_status: str | None = column("What the tool says of it (submitted, discarded, …); null when it says nothing.")
    excluded_because: Exclusion | None = column(
        "The first rule that keeps it out of every statistic: unknown_item, no_choice, not_submitted, duplicate, "
        "released (let go by the organiser), no_submission, returned, timed_out, rejected (at Prolific), "
        "failed_attention_check; null when it counts."
    )


HUMAN_RATINGS = table(
    "agreement",
    "human_ratings",
    columns_of(HumanRating),
    key=("human_rating_id",),
    description="Every rating that people handed in, from the files named in the configuration; those that count are "
    "in agreement.ratings too. Empty while no file is named.",
    min_rows=0,
)
