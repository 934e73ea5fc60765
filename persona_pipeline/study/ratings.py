"""From what people handed in to ratings: which count, and which rule keeps out the others."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pandas as pd

from persona_pipeline.schemas.agreement import RATINGS
from persona_pipeline.schemas.chat import not_asked
from persona_pipeline.schemas.human_ratings import HUMAN_RATINGS
from persona_pipeline.seeds import content_id
from persona_pipeline.study.prolific import Submissions
from persona_pipeline.study.submitted import Submitted

NOT_SUBMITTED = ("draft", "discarded", "skipped", "pending")
NO_RATING = ("unknown_item", "no_choice", "not_submitted", "duplicate")  # these cannot stand in agreement.ratings


@dataclass
class Evidence:
    """What the rules look at.

    Args:
        expected: the side to choose, of each attention check.
        failed: raters who failed one.
        seen: how often a rater's rating of an item was met so far.
    """

    items: frozenset[str]
    submissions: Submissions | None
    failed: frozenset[str]
    seen: Counter[tuple[str, str | None]] = field(default_factory=Counter)


Rule = Callable[[Submitted, Evidence], bool]
RULES: dict[str, Rule] = {
    "unknown_item": lambda rating, known: rating.item_id not in known.items,
    "not_submitted": lambda rating, _: (rating.status or "").lower() in NOT_SUBMITTED,
    "no_choice": lambda rating, _: rating.choice is None,
    "duplicate": lambda rating, known: known.seen[rating.rater_id, rating.item_id] > 0,
    "released": lambda rating, _: rating.status == "RELEASED",
    "no_submission": lambda rating, known: known.submissions is not None and _prolific(rating, known) is None,
    "returned": lambda rating, known: _prolific(rating, known) == "RETURNED",
    "timed_out": lambda rating, known: _prolific(rating, known) == "TIMED-OUT",
    "rejected": lambda rating, known: _prolific(rating, known) == "REJECTED",
    "failed_attention_check": lambda rating, known: rating.rater_id in known.failed,
}
"""In this order; the first that holds is the reason. Of two ratings of one item by one rater the first counts."""


def human_ratings(
    handed_in: Iterable[tuple[str, Submitted]], items: pd.DataFrame, submissions: Submissions | None = None
) -> pd.DataFrame:
    """Every rating handed in, as a row, with the rule that keeps it out or none.

    Args:
        handed_in: the importer's name and the rating, in the order they are to be met.
        submissions: Prolific's; a rating without one is then kept out.
    """
    given = list(handed_in)
    known = Evidence(frozenset(items["item_id"]), submissions, _failed(items, [rating for _, rating in given]))
    occurrences: Counter[tuple[str, str, str | None]] = Counter()
    rows = []
    for source, rating in given:
        times = occurrences[source, rating.rater_id, rating.item_id]
        occurrences[source, rating.rater_id, rating.item_id] += 1
        reason = next((name for name, holds in RULES.items() if holds(rating, known)), None)
        if reason not in NO_RATING:
            known.seen[rating.rater_id, rating.item_id] += 1
        rows.append(
            {
                "human_rating_id": content_id("human_rating", source, rating.rater_id, rating.item_id, times),
                **{name: value for name, value in vars(rating).items() if name not in ("status", "participant")},
                "source": source,
                "source_status": rating.status,
                "excluded_because": reason,
            }
        )
    return HUMAN_RATINGS.frame(rows)


def as_ratings(people: pd.DataFrame) -> pd.DataFrame:
    """The rows of agreement.ratings: what counts, and what a rule keeps out although it could stand there."""
    standing = people[~people["excluded_because"].isin(NO_RATING)]
    return RATINGS.frame(
        {
            **not_asked(None),
            **row,
            "status": "ok",
            "rating_id": content_id("rating", row["item_id"], row["rater_id"]),
            "rater_kind": "human",
            "seed": None,
        }
        for row in standing.drop(columns=["human_rating_id", "source_status"]).to_dict("records")
    )


def still_known(people: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """What was imported before, beside the items as they are now; a rating of an item that went does not count."""
    gone = ~people["item_id"].isin(items["item_id"])
    return HUMAN_RATINGS.conform(people.assign(excluded_because=people["excluded_because"].mask(gone, "unknown_item")))


def _prolific(rating: Submitted, known: Evidence) -> str | None:
    return None if known.submissions is None else known.submissions.status_of(rating)


def _failed(items: pd.DataFrame, given: list[Submitted]) -> frozenset[str]:
    """Raters who chose another side than an attention check asks for."""
    if "expected_side" not in items.columns:
        return frozenset()
    checks = items[items["expected_side"].notna()]
    expected = dict(zip(checks["item_id"], checks["expected_side"], strict=True))
    return frozenset(
        rating.rater_id
        for rating in given
        if rating.item_id in expected and rating.choice not in (None, expected[rating.item_id])
    )
