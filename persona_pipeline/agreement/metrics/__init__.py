"""Statistics of agreement, one a file; a new file here is a new row in agreement.scores."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from persona_pipeline.agreement.units import Units
from persona_pipeline.errors import InputError
from persona_pipeline.registry import Registry, import_all
from persona_pipeline.statistics.bootstrap import Floats


@dataclass(frozen=True)
class Statistic:
    """A value, or NaN and why there is none."""

    value: float
    reason: str | None = None


@dataclass(frozen=True)
class Metric:
    """A statistic of agreement between raters, or of what agreement has to be read with.

    Args:
        raters: "two" compares exactly two raters; "any" also whole groups.
        description: what it measures, its range and what 1 and 0 mean, in a sentence.
        estimate: gives one value per row of weights[resample, unit], NaN where it is undefined. A weight is how
            often the unit counts; with all weights 1 the value is the plain one.
        undefined: why the value is undefined although there are units to compare.
        kind: "agreement" is 1 for raters who always agree; "index" says how ratings are spread (prevalence, bias) or
            what is left of agreement (flips).
        scale: what the categories are; A or B are nominal, where the statistics of other scales say nothing more.
    """

    name: str
    raters: Literal["two", "any"]
    description: str
    estimate: Callable[[Units, Floats], Floats]
    undefined: str
    kind: Literal["agreement", "index"] = "agreement"
    scale: Literal["nominal", "ordinal", "interval"] = "nominal"

    def __call__(self, units: Units) -> Statistic:
        """The statistic over all units; units with fewer than two ratings are left out."""
        if not units.comparable.any():
            return Statistic(float("nan"), "no item has two ratings to compare")
        value = float(self.resampled(units, np.ones((1, len(units.codes))))[0])
        return Statistic(value, self.undefined if np.isnan(value) else None)

    def resampled(self, units: Units, weights: Floats) -> Floats:
        """The statistic for each row of weights[resample, unit]."""
        if self.raters == "two" and units.n_raters != 2:
            raise InputError(
                f"{self.name} was given {units.n_raters} raters", where="agreement.scores", expected="two raters"
            )
        return np.clip(self.estimate(units, weights), -1, 1)  # rounding alone reaches past the ends


METRICS: Registry[Metric] = Registry("agreement metric", "persona_pipeline/agreement/metrics/")

import_all(sys.modules[__name__])
