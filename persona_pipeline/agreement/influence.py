"""How much each attribute moves a judge's choices, from choices with and without it (figure 5)."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.agreement.matrices import Tables, kappas
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics import insufficient
from persona_pipeline.statistics.bootstrap import Floats
from persona_pipeline.statistics.clusters import draws, ends
from persona_pipeline.statistics.multiple import holm

KEY = ["design", "persona_id", "prompt_id", "pair_a", "pair_b"]
QUANTILES = {"kappa_min": 0, "kappa_quarter": 0.25, "kappa_median": 0.5, "kappa_three_quarters": 0.75, "kappa_max": 1}


def leave_one_out(choices: pd.DataFrame, *, seed: int, resamples: int = 2000, confidence: float = 0.95) -> pd.DataFrame:
    """A row per design and attribute: the personas' kappas with and without it, flips, rank, and a corrected p.

    Unusable choices are left out with their counterpart. A persona whose choices all fall on one side with and
    without the attribute has no kappa and counts only for flips.
    """
    compared = with_and_without(choices)
    simulated = bool(choices["simulated"].any())
    rows = [
        {**row, "simulated": simulated, "seed": seed}
        for design, of_design in compared.groupby("design", sort=True)
        for row in _of_design(design, of_design, seed, resamples, confidence)
    ]
    return LEAVE_ONE_OUT.frame(rows)


def with_and_without(choices: pd.DataFrame) -> pd.DataFrame:
    """One row per persona, question and attribute: first_with, first_without (whether A was chosen), flips, and, for
    the whole persona, whether the choice flips when only the order of its lines changes."""
    usable = choices[choices["choice"].notna()].assign(first=lambda rows: rows["choice"] == "A")
    arms = {arm: usable[usable["arm"] == arm] for arm in ("with", "without", "reordered")}
    without = arms["without"].rename(columns={"first": "first_without"})[[*KEY, "attribute", "first_without"]]
    shown = arms["with"].rename(columns={"first": "first_with"})
    added = without.merge(shown[[*KEY, "attribute", "first_with"]], on=[*KEY, "attribute"])
    whole = shown.loc[shown["attribute"].isna(), [*KEY, "first_with"]]
    again = arms["reordered"].rename(columns={"first": "first_again"})[[*KEY, "first_again"]]
    dropped = without.merge(whole.merge(again, on=KEY, how="left"), on=KEY)
    both = pd.concat([frame for frame in (added, dropped) if len(frame)] or [added.assign(first_again=None)])
    if "first_again" not in both:
        both = both.assign(first_again=None)
    flips = both["first_with"] != both["first_without"]
    for_nothing = (both["first_with"] != both["first_again"]).where(both["first_again"].notna())
    return both.assign(flips=flips, flips_for_nothing=for_nothing).reset_index(drop=True)


def persona_kappas(compared: pd.DataFrame) -> pd.DataFrame:
    """Cohen's kappa with and without, per design, attribute and persona: columns kappa (NaN undefined) and n."""
    counted = compared.assign(
        both=compared["first_with"] & compared["first_without"],
    ).groupby(["design", "attribute", "persona_id"])[["first_with", "first_without", "both"]]
    sums, n = counted.sum().astype(float), counted.size().astype(float)
    columns = (sums[name].to_numpy()[:, None] for name in ("first_with", "first_without", "both"))
    found = kappas(Tables(n.to_numpy()[:, None], *columns))[:, 0]
    return sums.assign(kappa=found, n=n).reset_index()[["design", "attribute", "persona_id", "kappa", "n"]]


def _of_design(
    design: str, compared: pd.DataFrame, seed: int, resamples: int, confidence: float
) -> Iterator[dict[str, Any]]:
    of_personas = dict(list(persona_kappas(compared).groupby("attribute")))
    rows = [
        {
            "influence_id": content_id("influence", design, attribute),
            "design": design,
            "attribute": attribute,
            "n_personas": rows["persona_id"].nunique(),
            "n_items": len(rows),
            **_flips(rows),
            **_kappas(of_personas[attribute]["kappa"].to_numpy(dtype=float), seed, resamples, confidence),
            "reason": insufficient(len(rows)),
        }
        for attribute, rows in compared.groupby("attribute", sort=True)
    ]
    ordered = sorted(rows, key=lambda row: (-row["influence"], row["attribute"]))
    ranks = {row["attribute"]: place for place, row in enumerate(ordered, start=1)}
    corrected = holm([row["p_value"] for row in rows])
    for row, fixed in zip(rows, corrected, strict=True):
        yield {**row, "rank": ranks[row["attribute"]], "corrected_p": fixed}


def _flips(rows: pd.DataFrame) -> dict[str, Any]:
    """Flip rates and, where there is a reordered persona, the exact paired test against flips for no reason.

    Source: McNemar (1947), exact and one-sided: of the choices where just one of the two flips, how often it is the
    one without the attribute.
    """
    from scipy import stats  # a second of import, for this test alone

    rate = float(rows["flips"].mean())
    paired = rows[rows["flips_for_nothing"].notna()]
    if paired.empty:
        return {"flip_rate": rate, "influence": rate, "p_value": None}
    flips, nothing = paired["flips"].astype(bool), paired["flips_for_nothing"].astype(bool)
    only_without, only_nothing = int((flips & ~nothing).sum()), int((~flips & nothing).sum())
    discordant = only_without + only_nothing
    p = float(stats.binomtest(only_without, discordant, alternative="greater").pvalue) if discordant else 1.0
    return {
        "flip_rate": rate,
        "flip_rate_for_no_reason": float(nothing.mean()),
        "influence": float(flips.mean() - nothing.mean()),
        "p_value": p,
    }


def _kappas(values: Floats, seed: int, resamples: int, confidence: float) -> dict[str, float | None]:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return {"kappa_mean": None}
    means = draws(len(defined), resamples, seed, "persona") @ defined / len(defined)
    around = ends(means, len(defined), confidence)
    quantiles = {name: float(np.quantile(defined, share)) for name, share in QUANTILES.items()}
    low, high = (None if end is None else float(np.clip(end, -1, 1)) for end in (around.low, around.high))
    return {"kappa_mean": float(defined.mean()), "kappa_low": low, "kappa_high": high, **quantiles}
