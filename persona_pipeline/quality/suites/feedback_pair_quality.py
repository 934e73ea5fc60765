from collections.abc import Callable

import pandas as pd

from persona_pipeline.feedback.quality_rules import in_order
from persona_pipeline.quality.rules import References, Rule, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback import PAIR_QUALITY


def _not_found_by(name: str) -> Callable[[pd.DataFrame, References], pd.Series]:
    """Whether a rule found nothing; each has a check of its own, so that the UI counts what it found."""

    def holds(rows: pd.DataFrame, _: References) -> pd.Series:
        found = rows["dropped_by"].fillna("") + "," + rows["flagged_by"].fillna("")
        return ~found.str.contains(rf"(?:^|,){name}(?:,|$)")

    return holds


def _suite(_: pd.DataFrame | None) -> list[Rule]:
    return [
        row_rule(
            "the_verdict_follows_the_rules",
            "A pair is dropped when a rule drops it, else flagged when a rule flags it, else good.",
            lambda rows, _: (
                ((rows["verdict"] == "dropped") == rows["dropped_by"].notna())
                & ((rows["verdict"] == "good") == (rows["dropped_by"].isna() & rows["flagged_by"].isna()))
            ),
        ),
        row_rule(
            "a_reason_unless_good",
            "A pair has a reason exactly when it is not good.",
            lambda rows, _: (rows["verdict"] == "good") == rows["reason"].isna(),
        ),
        *(
            row_rule(f"no_pair_{rule.name}", rule.explanation, _not_found_by(rule.name), severity="warn")
            for rule in in_order()
        ),
    ]


SUITES.register(PAIR_QUALITY.path, _suite)
