"""The items of a study: a few personas, a few pairs each, the revision on a random side, and what is mixed in."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.asking.judge import revision_sides
from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.agreement import STUDY_ITEMS, StudyDesign
from persona_pipeline.seeds import content_id, uniform_for

ATTENTION = "This is a check that you are reading: please choose this answer."
LAST_PART = 0.75  # repeats come after this share of the items; what they repeat was seen first
SWAPPED = {"A": "B", "B": "A"}


@dataclass(frozen=True)
class Plan:
    """How large a study is and how personas meet questions.

    Args:
        raters_per_persona: each rates all items of one persona.
        design: "nested", every persona has pairs of its own; "crossed", the same questions and answers are put to
            every persona.
        attention_checks, repeats: how many of each are mixed into a persona's items.
    Source: PERSONA section 4.2: 20 personas, 10 questions each, 4 raters each.
    """

    personas: int = 20
    items_per_persona: int = 10
    raters_per_persona: int = 4
    design: StudyDesign = "nested"
    attention_checks: int = 0
    repeats: int = 0

    def __post_init__(self) -> None:
        if min(self.personas, self.items_per_persona, self.raters_per_persona) < 1:
            raise ConfigError(
                f"a study of {self.personas} personas with {self.items_per_persona} items and "
                f"{self.raters_per_persona} raters each",
                where=STUDY_ITEMS.path,
                expected="1 or more of each",
            )
        if self.attention_checks < 0 or not 0 <= self.repeats <= self.items_per_persona:
            raise ConfigError(
                f"{self.attention_checks} checks and {self.repeats} repeats among {self.items_per_persona} items",
                where=STUDY_ITEMS.path,
                expected="0 or more checks, and no more repeats than items",
            )


def study_items(
    pairs: pd.DataFrame,
    *,
    prompts: pd.DataFrame | None = None,
    assignments: pd.DataFrame | None = None,
    seed: int,
    **sizes: Any,
) -> pd.DataFrame:
    """A random choice of personas and of pairs of each, even over topics; fewer where there are fewer.

    A persona or pair is chosen by its own random number, so those already chosen stay when pairs are added, unless a
    new one precedes them.

    Args:
        sizes: of the `Plan`; the paper's where not given.
        prompts: their topics; without them all questions count as one topic.
        assignments: where they have a column `core`, a crossed study takes its questions from the common core.
    """
    plan = Plan(**sizes)
    if pairs.empty:
        raise ShortfallError(
            "there are no preference pairs to choose from",
            where=STUDY_ITEMS.path,
            fix="See what feedback.preference_pairs dropped, and why.",
        )
    pairs = _with_topics(pairs, prompts)
    people = _lowest(pairs[["persona_id"]].drop_duplicates(), "persona_id", plan.personas, seed)
    chosen = _crossed if plan.design == "crossed" else _nested
    shown = _shown(chosen(pairs, people, plan, assignments, seed), seed)
    extras = [_attention_checks(pairs, people, shown, plan, seed), _repeats(shown, plan, seed)]
    whole = _placed(pd.concat([shown, *(frame for frame in extras if len(frame))], ignore_index=True), seed)
    return STUDY_ITEMS.conform(
        whole.assign(design=plan.design, raters_wanted=plan.raters_per_persona, seed=seed)[STUDY_ITEMS.column_names]
    )


def _with_topics(pairs: pd.DataFrame, prompts: pd.DataFrame | None) -> pd.DataFrame:
    topics = {} if prompts is None else dict(zip(prompts["prompt_id"], prompts["topic"], strict=True))
    return pairs.assign(topic=[topics.get(prompt) for prompt in pairs["prompt_id"]])


def _nested(pairs: pd.DataFrame, people: pd.DataFrame, plan: Plan, _: Any, seed: int) -> pd.DataFrame:
    """Pairs of the personas' own."""
    theirs = pairs[pairs["persona_id"].isin(people["persona_id"])]
    return _even_over_topics(theirs, plan.items_per_persona, seed, within="persona_id")


def _crossed(
    pairs: pd.DataFrame, people: pd.DataFrame, plan: Plan, assignments: pd.DataFrame | None, seed: int
) -> pd.DataFrame:
    """The same pairs for every persona: one per question, of whichever persona it was made for."""
    if assignments is not None and "core" in assignments.columns:
        core = pairs[pairs["pair_id"].isin(assignments.loc[assignments["core"].fillna(False), "pair_id"])]
        pairs = core if len(core) else pairs
    one_each = _lowest(pairs, "pair_id", 1, seed, within="prompt_id")
    same = _even_over_topics(one_each.assign(everybody=""), plan.items_per_persona, seed, within="everybody")
    return people[["persona_id"]].merge(same.drop(columns=["persona_id", "everybody"]), how="cross")


def _lowest(frame: pd.DataFrame, key: str, count: int, seed: int, within: str | None = None) -> pd.DataFrame:
    """The rows with the `count` lowest random numbers, in their order; of each `within`, where given."""
    numbered = _numbered(frame, key, seed)
    if within is not None:
        numbered = numbered.sort_values(within, kind="stable").groupby(within, sort=False)
    return numbered.head(count).drop(columns="number")


def _even_over_topics(frame: pd.DataFrame, count: int, seed: int, within: str) -> pd.DataFrame:
    """Of each `within` the first pair of every topic, then the second of every topic, and so on up to `count`."""
    numbered = _numbered(frame, "pair_id", seed)
    turn = numbered.groupby([within, "topic"], dropna=False).cumcount()
    ordered = numbered.assign(turn=turn).sort_values([within, "turn", "number", "pair_id"], kind="stable")
    return ordered.groupby(within, sort=False).head(count).drop(columns=["number", "turn"])


def _numbered(frame: pd.DataFrame, key: str, seed: int) -> pd.DataFrame:
    return frame.assign(number=uniform_for(seed, frame[key], "study", key)).sort_values(["number", key])


def _shown(items: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Items with their answers on the sides that the seed gives the pair."""
    sides = revision_sides(items["pair_id"], seed=seed)
    on_a = pd.Series([side == "A" for side in sides], index=items.index, dtype=bool)
    return _identified(
        items.assign(
            question=items["prompt"],
            answer_a=items["chosen"].where(on_a, items["rejected"]),
            answer_b=items["rejected"].where(on_a, items["chosen"]),
            revision_side=sides,
            kind="item",
            repeats=None,
            expected_side=None,
        )
    )


def _identified(items: pd.DataFrame) -> pd.DataFrame:
    columns = (items[name] for name in ("persona_id", "pair_id", "revision_side", "kind"))
    return items.assign(item_id=[content_id("item", *cells) for cells in zip(*columns, strict=True)])


def _repeats(shown: pd.DataFrame, plan: Plan, seed: int) -> pd.DataFrame:
    """The items seen first, again with their sides swapped."""
    order = shown.assign(place=uniform_for(seed, shown["item_id"], "place")).sort_values(["place", "item_id"])
    again = order.groupby("persona_id", sort=False).head(plan.repeats)
    return _identified(
        again.assign(
            kind="repeat",
            repeats=again["item_id"],
            answer_a=again["answer_b"],
            answer_b=again["answer_a"],
            revision_side=again["revision_side"].map(SWAPPED),
        )
    )


def _attention_checks(
    pairs: pd.DataFrame, people: pd.DataFrame, shown: pd.DataFrame, plan: Plan, seed: int
) -> pd.DataFrame:
    """Questions of the persona's own, not shown otherwise where there are enough, with an answer that asks for it.

    It stands where the revision would.
    """
    theirs = pairs[pairs["persona_id"].isin(people["persona_id"])]
    used = theirs["prompt_id"].isin(shown["prompt_id"])
    numbered = theirs.assign(used=used, number=uniform_for(seed, theirs["pair_id"], "attention"))
    ordered = numbered.sort_values(["used", "number", "pair_id"])
    checks = ordered.groupby("persona_id", sort=False).head(plan.attention_checks)
    asked = _shown(checks.assign(chosen=ATTENTION), seed)
    return _identified(asked.assign(kind="attention", expected_side=asked["revision_side"]))


def _placed(items: pd.DataFrame, seed: int) -> pd.DataFrame:
    """With the order a rater sees them in: items and checks mixed, repeats in the last part."""
    number = pd.Series(uniform_for(seed, items["item_id"], "place"), index=items.index)
    repeats = items["kind"] == "repeat"
    share = number[~repeats].groupby(items.loc[~repeats, "persona_id"]).rank(pct=True)
    items = items.assign(place=share.reindex(items.index).fillna(LAST_PART + (1 - LAST_PART) * number))
    items = items.sort_values(["persona_id", "place", "item_id"], ignore_index=True)
    return items.assign(position=items.groupby("persona_id").cumcount() + 1)
