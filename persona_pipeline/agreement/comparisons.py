"""What is compared with what: pairs of raters, groups, humans with a model, a rater with itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.agreement.majority import majority_codes
from persona_pipeline.agreement.panel import Codes, Names, Panel, compact, panel_of
from persona_pipeline.statistics.bootstrap import Floats

GROUPS: dict[str, tuple[str, ...]] = {
    "all_humans": ("human",),
    "all_models": ("model",),
    "all_raters": ("human", "model"),
}


@dataclass(frozen=True)
class Comparison:
    """Ratings to compare, as codes[unit, column], and what item each unit is of.

    Args:
        rater_1, rater_2: whom the columns are; None for a group.
        raters: everybody who had a part in it.
        tells_apart: whether the columns are two raters that a statistic may tell apart; otherwise a group.
        item: the row of the panel's items that a unit is of; humans beside a model give an item several units.
    """

    name: str
    rater_1: str | None
    rater_2: str | None
    raters: list[str]
    tells_apart: bool
    codes: Codes
    item: Codes
    panel: Panel

    @property
    def comparable(self) -> "Comparison":
        """Only the units with two ratings."""
        kept = (self.codes >= 0).sum(axis=1) >= 2
        return self._with(self.codes[kept], self.item[kept])

    @property
    def personas(self) -> Names:
        return self.panel.personas[self.item]

    @property
    def prompts(self) -> Names:
        return self.panel.prompts[self.item]

    @property
    def simulated(self) -> bool:
        return self.panel.is_simulated(self.raters)

    def _with(self, codes: Codes, item: Codes) -> "Comparison":
        told = (self.name, self.rater_1, self.rater_2, self.raters, self.tells_apart)
        return Comparison(*told, codes, item, self.panel)


def pairs(panel: Panel) -> Iterator[Comparison]:
    """Each two raters who had some item in common, with or without a usable rating of it."""
    common = _in_common(panel.offered)
    for first, second in combinations(range(len(panel.raters)), 2):
        if common[first, second]:
            raters = [panel.raters[first], panel.raters[second]]
            name = "_".join(panel.kinds[rater] for rater in raters)
            yield _of(panel, name, raters[0], raters[1], raters, panel.codes[:, [first, second]])


def never_together(panel: Panel) -> int:
    """How many pairs of raters have no item in common and are not compared."""
    return int(np.triu(_in_common(panel.offered) == 0, k=1).sum())


def groups(panel: Panel) -> Iterator[Comparison]:
    """All humans, all models and all raters, without telling them apart."""
    for name, kinds in GROUPS.items():
        raters = [rater for rater in panel.raters if panel.kinds[rater] in kinds]
        item = np.arange(len(panel.codes))
        yield Comparison(name, None, None, raters, False, compact(panel.of(raters)), item, panel)


def humans_and_models(panel: Panel) -> Iterator[Comparison]:
    """Every human's rating beside a model's of the same item, and the humans' majority beside it."""
    humans = panel.of(panel.humans)
    for model in panel.models:
        everybody, ratings = [*panel.humans, model], panel.of([model])
        yield _beside(panel, "humans_model", None, model, everybody, humans, np.repeat(ratings, humans.shape[1], 1))
        both = np.column_stack([majority_codes(humans), ratings])
        yield _of(panel, "majority_model", None, model, everybody, both)


def humans_and_others(panel: Panel) -> Iterator[Comparison]:
    """Each human's ratings beside those of every other human of the same item, and that for all of them at once."""
    humans = panel.of(panel.humans)
    n = humans.shape[1]
    if n < 2:
        return
    for place, human in enumerate(panel.humans):
        others = np.delete(humans, place, axis=1)
        alone = np.repeat(humans[:, [place]], n - 1, axis=1)
        yield _beside(panel, "human_others", human, None, panel.humans, alone, others)
    first, second = (list(places) for places in zip(*(_ordered_pairs(humans)), strict=True))
    yield _beside(panel, "human_others", None, None, panel.humans, humans[:, first], humans[:, second])


def with_themselves(ratings: pd.DataFrame, items: pd.DataFrame) -> Iterator[Comparison]:
    """Each rater's choice beside the same rater's when the item came again, on the first showing's sides."""
    again = panel_of(ratings, items, "repeat")
    if again.items.empty:
        return
    first = panel_of(ratings, items)
    place = pd.Index(first.items["item_id"]).get_indexer(again.items["repeats"])
    swapped = again.items["revision_side"].to_numpy() != first.items["revision_side"].to_numpy()[place]
    same_sides = np.where((again.codes >= 0) & swapped[:, None], 1 - again.codes, again.codes)
    for column, rater in enumerate(again.raters):
        both = np.column_stack([first.codes[place, column], same_sides[:, column]])
        yield _of(again, "self", rater, rater, [rater], both)


def _ordered_pairs(humans: Codes) -> list[tuple[int, int]]:
    """Both orders of each two columns that share a rated item."""
    common = _in_common(humans >= 0)
    n = humans.shape[1]
    found = [(i, j) for i in range(n) for j in range(n) if i != j and common[i, j]]
    return found or [(0, 1)]


def _in_common(rated: npt.NDArray[np.bool_]) -> Floats:
    """in_common[rater, rater]: how many items both have."""
    ones = rated.astype(np.float64)
    shared: Floats = ones.T @ ones
    return shared


def _of(panel: Panel, name: str, first: str | None, second: str | None, raters: list[str], codes: Codes) -> Comparison:
    return Comparison(name, first, second, raters, True, codes, np.arange(len(codes)), panel)


def _beside(
    panel: Panel, name: str, first: str | None, second: str | None, raters: list[str], left: Codes, right: Codes
) -> Comparison:
    """Columns of the left beside those of the right, each two as units of their own."""
    codes = np.column_stack([left.T.ravel(), right.T.ravel()])
    item = np.tile(np.arange(len(left)), left.shape[1])
    kept = (codes >= 0).all(axis=1)
    return Comparison(name, first, second, raters, True, codes[kept], item[kept], panel)
