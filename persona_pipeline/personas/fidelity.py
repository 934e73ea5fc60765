"""How close personas are to the census population they were drawn from."""

from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.personas.counting import Coded, Everybody, code, effective_size, pooled, shares
from persona_pipeline.personas.labels import made_up
from persona_pipeline.schemas.levels import Coder
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.persona_reports import FIDELITY
from persona_pipeline.schemas.population import Population, records
from persona_pipeline.statistics.multiple import holm

MEAN_ABSOLUTE = np.sqrt(2 / np.pi)  # the mean absolute deviation of a normal variable, in standard deviations
STANDARD_ERROR = "se"  # the column of census.margins, where its vintage has replicate weights
ONE_LEVEL = "insufficient: fewer than two levels with 5 personas expected"


def fidelity(personas: pd.DataFrame, population: Population, margins: pd.DataFrame | None = None) -> pd.DataFrame:
    """Distances between the shares of personas and of the weighted population, one row per census attribute.

    Reasons why an attribute does not apply are levels of their own. `label_drift` counts personas whose value is not
    that of their census record, or whose record is missing. The chi-square test takes the weighted shares as known;
    levels with fewer than 5 personas expected count as one.

    Args:
        population: those of census.population who could be drawn.
        margins: census.margins of the same people, for the census's standard errors; None where they do not fit.
    """
    recorded = records(population, personas["person_id"]).set_index("person_id").reindex(personas["person_id"])
    people = Everybody(population, CENSUS_ATTRIBUTES)
    coders, weight = (people, Coder(personas)), people.weight
    rows = [
        {
            "attribute": attribute,
            "n_personas": len(personas),
            **made_up(personas),
            **_compared(code(*coders, attribute), weight, _standard_errors(margins, attribute)),
            "label_drift": _drift(personas, recorded, attribute),
        }
        for attribute in CENSUS_ATTRIBUTES
    ]
    corrected = holm([row["p_value"] for row in rows])
    return FIDELITY.frame(row | {"corrected_p": p} for row, p in zip(rows, corrected, strict=True))


def summary(fidelity: pd.DataFrame, alpha: float = 0.01) -> dict[str, float]:
    """How many attributes were tested, failed, and drifted."""
    return {
        "attributes_tested": int(fidelity["p_value"].notna().sum()),
        "attributes_outside_sampling_error": int((fidelity["corrected_p"] < alpha).sum()),
        "label_drift": int(fidelity["label_drift"].sum()),
        "mean_total_variation": float(fidelity["total_variation"].mean()),
        "mean_expected_total_variation": float(fidelity["expected_total_variation"].mean()),
    }


def _compared(coded: Coded, weight: np.ndarray, errors: dict[str, float] | None) -> dict[str, Any]:
    expected = shares(coded.population, len(coded.names), weight)
    counts = np.bincount(coded.personas, minlength=len(coded.names))
    difference = np.abs(counts / counts.sum() - expected)
    return {
        "n_levels": int(coded.population.max()) + 1,
        "total_variation": min(float(difference.sum()) / 2, 1.0),
        "expected_total_variation": _by_chance(expected, float(counts.sum())),
        **_of_census(coded.names, expected, weight, errors),
        "largest_difference": min(float(difference.max()), 1.0),
        "largest_level": coded.names[int(difference.argmax())],
        **_tested(counts, expected),
    }


def _by_chance(expected: np.ndarray, n: float) -> float:
    """The mean total variation of n simple random draws: each share's mean absolute error is √(2·p(1−p)/(π·n))."""
    return float(np.sqrt(expected * (1 - expected) / n).sum() * MEAN_ABSOLUTE / 2)


def _of_census(
    names: tuple[str, ...], expected: np.ndarray, weight: np.ndarray, errors: dict[str, float] | None
) -> dict[str, Any]:
    if errors is None or not {name for name, share in zip(names, expected, strict=True) if share > 0} <= set(errors):
        return {
            "census_total_variation": _by_chance(expected, effective_size(weight)),
            "census_error_from": "effective records",
        }
    total = sum(errors[name] for name in names if name in errors)
    return {"census_total_variation": float(total * MEAN_ABSOLUTE / 2), "census_error_from": "replicate weights"}


def _standard_errors(margins: pd.DataFrame | None, attribute: str) -> dict[str, float] | None:
    """The standard error of each level's share; None where one is unknown, or there are several vintages."""
    if margins is None or STANDARD_ERROR not in margins.columns or margins["vintage"].nunique() != 1:
        return None
    own = margins[margins["attribute"] == attribute]
    if own.empty or own[STANDARD_ERROR].isna().any():
        return None
    return dict(zip(own["level"], own[STANDARD_ERROR].astype(float), strict=True))


def _tested(counts: np.ndarray, expected: np.ndarray) -> dict[str, Any]:
    """Pearson's chi-square of the counts against the shares, rare levels pooled."""
    from scipy.special import chdtrc  # half a second: not at every start of the CLI

    groups, n_pooled = pooled(expected * counts.sum())
    observed, wanted = np.bincount(groups, weights=counts), np.bincount(groups, weights=expected * counts.sum())
    freedom = len(wanted) - 1
    if freedom < 1:
        untested = {"chi_square": None, "p_value": None, "untested_because": ONE_LEVEL}
        return {"degrees_of_freedom": 0, "n_pooled": n_pooled, **untested}
    statistic = float(((observed - wanted) ** 2 / wanted).sum())
    return {
        "chi_square": statistic,
        "degrees_of_freedom": freedom,
        "n_pooled": n_pooled,
        "p_value": float(chdtrc(freedom, statistic)),
        "untested_because": None,
    }


def _drift(personas: pd.DataFrame, recorded: pd.DataFrame, attribute: str) -> int:
    """How many personas differ from their census record: the same row of `recorded`, all null where it is missing."""
    here = personas[attribute].astype(object).reset_index(drop=True)
    there = recorded[attribute].astype(object).reset_index(drop=True)
    same = (here == there).fillna(False).astype(bool) | (here.isna() & there.isna())
    return int((~same | recorded["vintage"].isna().to_numpy()).sum())
