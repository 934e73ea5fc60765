"""Where choices come from: persona, prompt, both together, rater, rest."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.agreement.panel import Panel, panel_of
from persona_pipeline.schemas.agreement_reports import VARIANCE
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics.bootstrap import Floats
from persona_pipeline.statistics.clusters import jackknife_error

COMPONENTS = ("persona", "prompt", "persona_prompt", "rater")
OF = {"models": ("model",), "humans": ("human",), "all": ("human", "model")}
GROUPS_LEFT_OUT = 30
Z95 = 1.959963984540054
Levels = npt.NDArray[np.int64]


def variance(ratings: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The components of choosing the revision (1) or the base answer (0), for models, humans and all raters.

    A component whose levels do not repeat, or coincide with another's, is not estimable and counts to what it
    coincides with: where every persona has questions of its own, prompt and persona_prompt are one.
    """
    panel = panel_of(ratings, items)
    return VARIANCE.frame(
        row
        for name, kinds in OF.items()
        for row in _of(name, [rater for rater in panel.raters if panel.kinds[rater] in kinds], panel)
    )


def components(outcome: Floats, factors: list[Levels]) -> Floats:
    """The variance of each factor and, last, of the rest, by Henderson's first method; unbiased on unbalanced data.

    For each factor the sum of squared level totals over level counts has an expectation linear in the components:
    how often levels of one factor meet those of another says with what coefficients.

    Raises LinAlgError where the factors do not differ enough to be told apart.
    Source: Searle, Casella & McCulloch (1992), Variance Components, section 5.3.
    """
    n = len(outcome)
    around = outcome - outcome.mean()
    one, each = np.zeros(n, dtype=np.int64), np.arange(n)
    rows, squares = [], []
    for levels in [*factors, each]:
        rows.append([_expected(levels, other) - _expected(one, other) for other in [*factors, each]])
        totals, counts = np.bincount(levels, weights=around), np.bincount(levels)
        squares.append(float((totals[counts > 0] ** 2 / counts[counts > 0]).sum()))
    matrix = np.array(rows)
    if np.linalg.cond(matrix / n) > 1e8:
        raise np.linalg.LinAlgError("the factors cannot be told apart")
    found: Floats = np.linalg.solve(matrix, np.array(squares))
    return found


def _expected(levels: Levels, other: Levels) -> float:
    """The coefficient of the variance of `other` in the expected sum of squares of `levels`."""
    met = np.unique(levels * (other.max() + 1) + other, return_counts=True)
    return float((met[1] ** 2 / np.bincount(levels)[met[0] // (other.max() + 1)]).sum())


def _of(name: str, raters: list[str], panel: Panel) -> Iterator[dict[str, Any]]:
    chosen = panel.prefers_revision()[:, [panel.raters.index(rater) for rater in raters]]
    item, rater = np.nonzero(chosen >= 0)
    levels = {"persona": _numbered(panel.personas[item]), "prompt": _numbered(panel.prompts[item])}
    levels |= {"persona_prompt": _numbered(item), "rater": _numbered(rater)}
    outcome = chosen[item, rater].astype(np.float64)
    kept, reasons = _estimable(levels, len(outcome))
    found = _estimated(outcome, levels, kept)
    errors = _errors(outcome, levels, kept) if found else {}
    for component in (*COMPONENTS, "rest"):
        n_levels = len(outcome) if component == "rest" else len(np.unique(levels[component]))
        told = {"ratings_of": name, "component": component, "n_ratings": len(outcome), "n_levels": n_levels}
        yield {
            "variance_id": content_id("variance", name, component),
            **told,
            **_values(component, found, errors, reasons),
            "simulated": panel.is_simulated(raters),
        }


def _values(
    component: str, found: dict[str, float], errors: dict[str, float], reasons: dict[str, str]
) -> dict[str, Any]:
    if component not in found:
        return {"reason": reasons.get(component, "there are too few ratings to tell the components apart")}
    share, error = _shares(found)[component], errors.get(component, float("nan"))
    ends = (None, None) if np.isnan(error) else (max(share - Z95 * error, 0.0), min(share + Z95 * error, 1.0))
    return {"variance": found[component], "share": share, "low": ends[0], "high": ends[1]}


def _estimable(levels: dict[str, Levels], n: int) -> tuple[list[str], dict[str, str]]:
    """The factors that can be told apart, and why others cannot."""
    kept: list[str] = []
    reasons: dict[str, str] = {}
    for name in COMPONENTS:
        count = len(np.unique(levels[name]))
        twin = next((other for other in kept if _same(levels[name], levels[other])), None)
        if count < 2 or count == n:
            reasons[name] = f"there is only one {name}" if count < 2 else f"no {name} has two ratings"
        elif twin is not None:
            reasons[name] = f"it coincides with {twin}: every {name} has a {twin} of its own"
        else:
            kept.append(name)
    return kept, reasons


def _same(first: Levels, second: Levels) -> bool:
    together = len(np.unique(first * (second.max() + 1) + second))
    return together == len(np.unique(first)) == len(np.unique(second))


def _estimated(outcome: Floats, levels: dict[str, Levels], kept: list[str]) -> dict[str, float]:
    if len(outcome) < 2 or not kept:
        return {}
    try:
        values = components(outcome, [levels[name] for name in kept])
    except np.linalg.LinAlgError:
        return {}
    return dict(zip([*kept, "rest"], map(float, values), strict=True))


def _shares(found: dict[str, float]) -> dict[str, float]:
    positive = {name: max(value, 0.0) for name, value in found.items()}
    whole = sum(positive.values())
    return {name: value / whole if whole else 0.0 for name, value in positive.items()}


def _errors(outcome: Floats, levels: dict[str, Levels], kept: list[str]) -> dict[str, float]:
    """Jackknife errors of the shares, leaving out one persona, or one of 30 groups of personas, at a time."""
    group = levels["persona"] % GROUPS_LEFT_OUT
    rounds = []
    for left_out in np.unique(group):
        stay = group != left_out
        rest = {name: _numbered(levels[name][stay]) for name in kept}
        again = _estimated(outcome[stay], rest, kept)
        if again:
            rounds.append(_shares(again))
    names = [*kept, "rest"]
    return {name: jackknife_error(np.array([one[name] for one in rounds])) for name in names} if rounds else {}


def _numbered(values: npt.NDArray[Any]) -> Levels:
    numbers: Levels = np.unique(values, return_inverse=True)[1].reshape(-1)
    return numbers
