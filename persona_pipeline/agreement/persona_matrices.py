"""Persona × persona matrices of Cohen's kappa, for humans and models (figures 6 to 9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.agreement.matrices import Tables, kappas, tables_between, wilson_ends
from persona_pipeline.agreement.panel import Codes, Panel, panel_of
from persona_pipeline.schemas.agreement_reports import KAPPA_MATRIX
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics import MIN_ITEMS, insufficient
from persona_pipeline.statistics.bootstrap import Floats

HUMANS = "humans"


def kappa_matrix(ratings: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """A cell for each two personas, and for each two raters, that have the same question and answers in common.

    Compared is the side chosen; a pair is shown with the same sides for every persona. Where there are several humans
    each meets each, and an item counts once for the interval. Matrices of one rater with itself hold each two
    personas once, and the diagonal only for humans: two different ones for the same persona.
    """
    panel = panel_of(ratings, items)
    sides = _sides(panel)
    frames = [_cells(kind, row, column) for kind, row, column in _matrices(sides)]
    found = [frame for frame in frames if len(frame)]
    return KAPPA_MATRIX.conform(pd.concat(found, ignore_index=True)) if found else KAPPA_MATRIX.frame()


@dataclass(frozen=True)
class Side:
    """What a rater, or all humans, say: how many rated and how many chose A, [persona, pair]."""

    rater: str
    rated: Floats
    first: Floats
    personas: list[str]
    simulated: bool


def _sides(panel: Panel) -> list[Side]:
    personas, persona = np.unique(panel.personas.astype(str), return_inverse=True)
    pair = np.unique(panel.items["pair_id"].to_numpy(dtype=str), return_inverse=True)[1]
    shape = len(personas), int(pair.max(initial=-1)) + 1

    def side(rater: str, raters: list[str]) -> Side:
        codes = panel.of(raters)
        rated, first = (_placed(chosen, persona, pair, shape) for chosen in (codes >= 0, codes == 0))
        return Side(rater, rated, first, personas.tolist(), panel.is_simulated(raters))

    humans = [side(HUMANS, panel.humans)] if panel.humans else []
    return humans + [side(model, [model]) for model in panel.models]


def _placed(chosen: npt.NDArray[np.bool_], persona: Codes, pair: Codes, shape: tuple[int, int]) -> Floats:
    found = np.zeros(shape)
    np.add.at(found, (persona, pair), chosen.sum(axis=1))
    return found


def _matrices(sides: list[Side]) -> Iterator[tuple[str, Side, Side]]:
    for side in sides:
        yield ("human_human" if side.rater == HUMANS else "persona_persona"), side, side
    for row, column in combinations(sides, 2):
        yield ("human_model" if row.rater == HUMANS else "model_model"), row, column


def _cells(kind: str, row: Side, column: Side) -> pd.DataFrame:
    tables = tables_between(row.rated, column.rated, row.first, column.first)
    n_items = _items(row, column)
    if row is column:
        tables, n_items = _without_oneself(tables, n_items, row)
    found = kappas(tables)
    low, high = wilson_ends(tables, n_items)
    kept = (tables.n > 0) & (np.triu(np.ones(tables.n.shape, dtype=bool)) if row is column else True)
    at_row, at_column = np.nonzero(kept)
    names = np.array(row.personas, dtype=object)
    frame = pd.DataFrame(
        {
            "kind": kind,
            "row_rater": row.rater,
            "column_rater": column.rater,
            "row_persona": names[at_row],
            "column_persona": names[at_column],
            "n_items": n_items[kept].astype(np.int64),
            "kappa": found[kept],
            "low": low[kept],
            "high": high[kept],
            "simulated": row.simulated or column.simulated,
        }
    )
    return frame.assign(
        reason=[_reason(*cell) for cell in zip(frame["kappa"], frame["n_items"], strict=True)],
        cell_id=[
            content_id("kappa", kind, row.rater, column.rater, *who)
            for who in zip(frame["row_persona"], frame["column_persona"], strict=True)
        ],
    )


def _items(row: Side, column: Side) -> Floats:
    shared: Floats = (row.rated > 0).astype(float) @ (column.rated > 0).astype(float).T
    return shared


def _without_oneself(tables: Tables, n_items: Floats, side: Side) -> tuple[Tables, Floats]:
    """On the diagonal a rating met itself: those meetings are taken out, and items that only one human rated."""
    rated, first = np.diag(side.rated.sum(axis=1)), np.diag(side.first.sum(axis=1))
    rest = [tables.n - rated, tables.first_of_row - first, tables.first_of_column - first, tables.first_of_both - first]
    once = np.diag((side.rated == 1).sum(axis=1).astype(float))
    return Tables(*rest), n_items - once


def _reason(kappa: float, n_items: int) -> str | None:
    if np.isnan(kappa):
        return "both used one and the same side throughout, so chance explains all agreement"
    return insufficient(n_items) if n_items < MIN_ITEMS else None
