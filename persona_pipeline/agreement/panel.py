"""All ratings of a study as one matrix, and who is behind its rows and columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.agreement.units import Units
from persona_pipeline.errors import InputError

SIDES = ("A", "B")
Codes = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Panel:
    """Usable ratings as codes[item, rater]: 0 for A, 1 for B, -1 for none.

    Args:
        offered: offered[item, rater], whether there is a rating at all, usable or not.
        items: one row per item of the study, in the order of the codes' rows.
        kinds, simulated: of each rater by name; humans come first in `raters`.
    """

    codes: Codes
    offered: npt.NDArray[np.bool_]
    items: pd.DataFrame
    raters: list[str]
    kinds: dict[str, str]
    simulated: dict[str, bool]

    @property
    def personas(self) -> Names:
        found: Names = self.items["persona_id"].to_numpy(dtype=object)
        return found

    @property
    def prompts(self) -> Names:
        found: Names = self.items["prompt_id"].to_numpy(dtype=object)
        return found

    @property
    def humans(self) -> list[str]:
        return [rater for rater in self.raters if self.kinds[rater] == "human"]

    @property
    def models(self) -> list[str]:
        return [rater for rater in self.raters if self.kinds[rater] == "model"]

    def of(self, raters: list[str]) -> Codes:
        """The codes of some raters, in that order."""
        return self.codes[:, [self.raters.index(rater) for rater in raters]]

    def is_simulated(self, raters: list[str]) -> bool:
        return any(self.simulated[rater] for rater in raters)

    def prefers_revision(self) -> Codes:
        """codes[item, rater] as 1 where the revision was chosen, 0 where the other answer was, -1 for none."""
        on = np.array([SIDES.index(side) for side in self.items["revision_side"]], dtype=np.int64)[:, None]
        return np.where(self.codes < 0, -1, (self.codes == on).astype(np.int64))

    def where(self, kept: npt.NDArray[np.bool_]) -> "Panel":
        """The items that are kept, with all raters."""
        return Panel(self.codes[kept], self.offered[kept], self.items[kept], self.raters, self.kinds, self.simulated)


def panel_of(ratings: pd.DataFrame, items: pd.DataFrame, kind: str = "item") -> Panel:
    """The panel of a study's items of one kind, without what is unusable or excluded.

    Raises InputError when an item is rated twice by one rater, or a rating is of no item of the study.
    """
    _require_one_each(ratings, items)
    items = items[items["kind"] == kind].sort_values("item_id", ignore_index=True)
    by_rater = ratings.groupby("rater_id")
    kinds = dict(by_rater["rater_kind"].first())
    raters = sorted(kinds, key=lambda rater: (kinds[rater], rater))
    row, column = (
        pd.Index(items["item_id"]).get_indexer(ratings["item_id"]),
        pd.Index(raters).get_indexer(ratings["rater_id"]),
    )
    usable = (ratings["status"] == "ok") & ratings["choice"].notna() & ratings["excluded_because"].isna()
    codes = np.full((len(items), len(raters)), -1, dtype=np.int64)
    offered = np.zeros(codes.shape, dtype=bool)
    here, counts = row >= 0, (row >= 0) & usable.to_numpy()
    offered[row[here], column[here]] = True
    codes[row[counts], column[counts]] = [SIDES.index(side) for side in ratings.loc[counts, "choice"]]
    simulated = {rater: bool(some) for rater, some in by_rater["simulated"].any().items()}
    return Panel(codes, offered, items, raters, kinds, simulated)


def compact(codes: Codes) -> Codes:
    """The same ratings without their raters: as many columns as the most rated item has, gaps last.

    For statistics that do not tell raters apart; equal ratings then are equal rows.
    """
    width = int((codes >= 0).sum(axis=1).max(initial=0))
    ordered: Codes = -np.sort(-codes, axis=1)[:, : max(width, 2)]
    return ordered


def units_of(codes: Codes) -> Units:
    return Units(codes, len(SIDES))


def _require_one_each(ratings: pd.DataFrame, items: pd.DataFrame) -> None:
    twice = ratings[ratings.duplicated(["item_id", "rater_id"])]
    unknown = ratings[~ratings["item_id"].isin(items["item_id"])]
    for rows, what in ((twice, "is rated twice by one rater"), (unknown, "is not an item of the study")):
        if len(rows):
            first = rows.iloc[0]
            raise InputError(
                f"{first['item_id']} {what} ({first['rater_id']}; {len(rows)} such ratings)",
                where="agreement.ratings",
                expected="one rating per rater and item of agreement.study_items",
                fix="Materialize agreement.ratings again.",
            )
