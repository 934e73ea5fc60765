"""The Alternative Annotator Test: may a model stand in for one of the humans?

Source: Calderon, Reichart & Dror (ACL 2025), The Alternative Annotator Test for LLM-as-a-Judge, sections 3 and 4.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.agreement.panel import Codes, Panel, panel_of
from persona_pipeline.schemas.agreement_reports import ALT_TEST
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics import MIN_ITEMS
from persona_pipeline.statistics.multiple import benjamini_yekutieli

PASSING_RATE = 0.5
ADVISED_HUMANS = 3
Gains = npt.NDArray[np.int64]


def alt_tests(ratings: pd.DataFrame, items: pd.DataFrame, *, epsilon: float = 0.1, alpha: float = 0.05) -> pd.DataFrame:
    """For each model one row per human left out and one that sums up: ω, ρ and whether it passes.

    Humans who rated under 30 items each are put together into seats: the first rater of every persona, the second,
    and so on, as the authors advise for several sets of annotators. Not adjusted for items of one persona hanging
    together, as in the paper.
    """
    panel = panel_of(ratings, items)
    humans, names, seats = _annotators(panel)
    fixed = {"epsilon": epsilon, "alpha": alpha, "seats": seats, "n_humans": len(names)}
    return ALT_TEST.frame(
        {**row, **fixed, "simulated": panel.is_simulated([*panel.humans, model])}
        for model in panel.models
        for row in _of_model(model, panel.of([model])[:, 0], humans, names, epsilon, alpha)
    )


def gains(model: Codes, human: Codes, others: Codes) -> tuple[Gains, Gains]:
    """For each item whether the model, and whether the human, agrees with the others at least as well.

    Only items that both and at least one other rated.
    """
    kept = (model >= 0) & (human >= 0) & (others >= 0).any(axis=1)
    model, human, others = model[kept], human[kept], others[kept]
    alike = [((others == one[:, None]) & (others >= 0)).sum(axis=1) for one in (model, human)]
    return (alike[0] >= alike[1]).astype(np.int64), (alike[1] >= alike[0]).astype(np.int64)


def _annotators(panel: Panel) -> tuple[Codes, list[str], bool]:
    """The humans' codes, their names, and whether they are seats."""
    humans, names = panel.of(panel.humans), panel.humans
    if not names or ((humans >= 0).sum(axis=0) >= MIN_ITEMS).all():
        return humans, names, False
    seated = np.full(humans.shape, -1, dtype=np.int64)
    width = 0
    for persona in np.unique(panel.personas.astype(str)):
        rows = panel.personas == persona
        here = np.flatnonzero((humans[rows] >= 0).any(axis=0))
        seated[np.ix_(rows, range(len(here)))] = humans[np.ix_(rows, here)]
        width = max(width, len(here))
    if width == len(names):  # everybody rated for the same personas: there is nobody to put together
        return humans, names, False
    return seated[:, :width], [f"seat {place + 1}" for place in range(width)], True


def _of_model(
    model: str, codes: Codes, humans: Codes, names: list[str], epsilon: float, alpha: float
) -> Iterator[dict[str, Any]]:
    found = [gains(codes, humans[:, place], np.delete(humans, place, axis=1)) for place in range(len(names))]
    tests = [_p_value(ours - theirs, epsilon) for ours, theirs in found]
    corrected = benjamini_yekutieli([p for p, *_ in tests])
    for name, (ours, theirs), (p, method, reason), fixed in zip(names, found, tests, corrected, strict=True):
        yield {
            "test_id": content_id("alt-test", model, name),
            "model": model,
            "rater_id": name,
            "n_items": len(ours),
            "advantage_model": ours.mean() if len(ours) else None,
            "advantage_human": theirs.mean() if len(ours) else None,
            "p_value": p,
            "corrected_p": fixed,
            "method": method,
            "model_wins": None if fixed is None else bool(fixed <= alpha),
            "reason": reason,
        }
    yield _summary(model, found, [None if fixed is None else bool(fixed <= alpha) for fixed in corrected])


def _summary(model: str, found: list[tuple[Gains, Gains]], wins: list[bool | None]) -> dict[str, Any]:
    tested = [won for won in wins if won is not None]
    rate = float(np.mean(tested)) if tested else None
    counted = [pair for pair in found if len(pair[0])]
    return {
        "test_id": content_id("alt-test", model, None),
        "model": model,
        "rater_id": None,
        "n_items": max((len(ours) for ours, _ in found), default=0),
        "advantage_model": float(np.mean([ours.mean() for ours, _ in counted])) if counted else None,
        "advantage_human": float(np.mean([theirs.mean() for _, theirs in counted])) if counted else None,
        "winning_rate": rate,
        "passes": None if rate is None else rate >= PASSING_RATE,
        "reason": _caution(len(found), len(tested)),
    }


def _caution(n_humans: int, n_tested: int) -> str | None:
    if n_tested == 0:
        return f"no human could be left out: there are {n_humans} with items that another one and the model rated"
    if n_humans < ADVISED_HUMANS:
        return f"only {n_humans} humans; {ADVISED_HUMANS} or more are advised"
    return None if n_tested == n_humans else f"{n_humans - n_tested} of {n_humans} humans could not be tested"


def _p_value(difference: Gains, epsilon: float) -> tuple[float | None, str | None, str | None]:
    """p of "the model is worse than the human less epsilon", by which test, and what to be careful about.

    Args:
        difference: the model's gain less the human's, item by item: 1, 0 or -1.
    """
    if len(difference) < 2:
        return None, None, "fewer than two items that the model, this human and another one rated"
    from scipy import stats  # a second of import, for this test alone

    shifted = difference + epsilon
    if np.ptp(shifted) == 0:  # no spread: the sign alone decides
        return (0.0 if shifted[0] > 0 else 1.0), "t", "every item gave the same"
    if len(difference) < MIN_ITEMS:
        return float(stats.wilcoxon(shifted, alternative="greater").pvalue), "wilcoxon", _few(len(difference))
    return float(stats.ttest_1samp(shifted, 0, alternative="greater").pvalue), "t", None


def _few(n_items: int) -> str:
    return f"insufficient: {n_items} items of {MIN_ITEMS}"
