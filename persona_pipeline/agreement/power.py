"""How wide the intervals will be: studies of the planned size, simulated with raters of a known agreement."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.agreement.matrices import Tables, kappas
from persona_pipeline.schemas.agreement_reports import STUDY_POWER
from persona_pipeline.seeds import content_id, rng_for
from persona_pipeline.statistics.bootstrap import Floats

KAPPAS = (0.2, 0.4, 0.6, 0.8)
STUDIES = 400
INTRACLASS = 0.05  # how much items of one persona resemble each other: an assumption, stated in the column
Z95 = 1.959963984540054


def study_power(items: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """The expected half-width of Cohen's kappa in a study of these items, for four true kappas.

    Raters are right about a balanced truth with a chance that gives any two of them the kappa assumed; the half-width
    is 1.96 standard deviations of the kappas of 400 such studies.
    """
    shown = items[items["kind"] == "item"]
    n_personas, n_items = shown["persona_id"].nunique(), len(shown)
    n_raters = int(shown["raters_wanted"].max())
    return STUDY_POWER.frame(
        row
        for kappa in KAPPAS
        for row in _rows(kappa, n_personas, n_items, n_raters, rng_for(seed, "study power", kappa), seed)
    )


def summary(power: pd.DataFrame) -> dict[str, Any]:
    """The half-widths at a true kappa of 0.6, by comparison, for metadata."""
    usual = power[power["kappa"] == 0.6]
    return {
        f"half_width_{name}": float(width) for name, width in zip(usual["comparison"], usual["half_width"], strict=True)
    }


def _rows(
    kappa: float, n_personas: int, n_items: int, n_raters: int, rng: np.random.Generator, seed: int
) -> Iterator[dict[str, Any]]:
    humans, model = _studies(kappa, n_items, n_raters, rng)
    per_persona = max(n_items // max(n_personas, 1), 1)
    few = slice(0, per_persona)
    beside = np.repeat(model[:, :, None], n_raters, axis=2)
    votes = humans.sum(axis=2)
    decided = (np.maximum(votes, n_raters - votes) >= 3) & (2 * votes != n_raters)
    widths = {
        "human_model": (1, per_persona, _width(humans[:, few, :1], beside[:, few, :1])),
        "human_human": (1, per_persona, _width(humans[:, few, :1], humans[:, few, 1:2])) if n_raters > 1 else None,
        "humans_model": (n_personas, n_items, _width(humans, beside)),
        "majority_model": (n_personas, n_items, _width(2 * votes > n_raters, model, decided)) if n_raters > 2 else None,
    }
    for comparison, found in widths.items():
        if found is not None:
            personas, count, width = found
            yield {
                "power_id": content_id("power", comparison, kappa),
                "comparison": comparison,
                "kappa": kappa,
                "n_personas": personas,
                "n_items": count,
                "n_raters_per_item": n_raters,
                "half_width": width,
                "half_width_clustered": width * np.sqrt(1 + (per_persona - 1) * INTRACLASS) if personas > 1 else None,
                "simulated_studies": STUDIES,
                "seed": seed,
            }


def _studies(
    kappa: float, n_items: int, n_raters: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Humans' choices [study, item, rater] and a model's [study, item]."""
    truth = rng.random((STUDIES, n_items)) < 0.5
    right = rng.random((STUDIES, n_items, n_raters + 1), dtype=np.float32) < (1 + np.sqrt(kappa)) / 2
    chosen = right == truth[:, :, None]
    return chosen[:, :, :-1], chosen[:, :, -1]


def _width(
    first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_], counted: npt.NDArray[np.bool_] | None = None
) -> float:
    """1.96 standard deviations of the studies' kappas; undefined ones are left out."""
    whole = np.ones(first.shape, dtype=bool) if counted is None else counted
    n, ones, others, both = (_per_study(some & whole) for some in (whole, first, second, first & second))
    found = kappas(Tables(n, ones, others, both))
    return float(Z95 * np.nanstd(found))


def _per_study(chosen: npt.NDArray[np.bool_]) -> Floats:
    counted: Floats = chosen.reshape(len(chosen), -1).sum(axis=1).astype(np.float64)
    return counted
