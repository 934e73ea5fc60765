"""The items of a study: a few personas, a few pairs each, the revision on a random side."""

import pandas as pd

from persona_pipeline.asking.judge import revision_sides
from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.agreement import STUDY_ITEMS
from persona_pipeline.seeds import content_id, uniform_for


def study_items(pairs: pd.DataFrame, *, personas: int = 20, items_per_persona: int = 10, seed: int) -> pd.DataFrame:
    """A random choice of personas and of pairs of each, the same for every rater; fewer where there are fewer.

    A persona or pair is chosen by its own random number, so those already chosen stay when pairs are added, unless a
    new one precedes them.

    Source: PERSONA section 4.2: 20 personas, 10 questions each.
    """
    if personas < 1 or items_per_persona < 1:
        raise ConfigError(
            f"a study of {personas} personas with {items_per_persona} items each",
            where=STUDY_ITEMS.path,
            expected="1 or more of both",
        )
    if pairs.empty:
        raise ShortfallError(
            "there are no preference pairs to choose from",
            where=STUDY_ITEMS.path,
            fix="See what feedback.preference_pairs dropped, and why.",
        )
    people = _lowest(pairs[["persona_id"]].drop_duplicates(), "persona_id", personas, seed)
    theirs = pairs[pairs["persona_id"].isin(people["persona_id"])]
    items = _lowest(theirs, "pair_id", items_per_persona, seed, within="persona_id")
    return STUDY_ITEMS.conform(_shown(items, seed)[STUDY_ITEMS.column_names])


def _lowest(frame: pd.DataFrame, key: str, count: int, seed: int, within: str | None = None) -> pd.DataFrame:
    """The rows with the `count` lowest random numbers, in their order; of each `within`, where given."""
    numbered = frame.assign(number=uniform_for(seed, frame[key], "study", key)).sort_values(["number", key])
    if within is not None:
        numbered = numbered.sort_values(within, kind="stable").groupby(within, sort=False)
    return numbered.head(count).drop(columns="number")


def _shown(items: pd.DataFrame, seed: int) -> pd.DataFrame:
    sides = revision_sides(items["pair_id"], seed=seed)
    on_a = pd.Series([side == "A" for side in sides], index=items.index, dtype=bool)
    ids = [content_id("item", pair, side) for pair, side in zip(items["pair_id"], sides, strict=True)]
    return items.assign(
        item_id=ids,
        question=items["prompt"],
        answer_a=items["chosen"].where(on_a, items["rejected"]),
        answer_b=items["rejected"].where(on_a, items["chosen"]),
        revision_side=sides,
        seed=seed,
    )
