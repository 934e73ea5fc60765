"""Weights fitted to given margins by iterative proportional fitting."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from persona_pipeline.errors import ConfigError
from persona_pipeline.personas.counting import Everybody, shares

TOLERANCE = 1e-8  # of a share: one person in a hundred million
ROUNDS = 500
SUM_TOLERANCE = 1e-6  # shares as people write them down


@dataclass(frozen=True)
class Margin:
    """One attribute's target.

    Args:
        codes: the group of each row; the levels that were not named are one group.
        names: the groups.
        targets: their shares.
    """

    attribute: str
    codes: np.ndarray
    names: tuple[str, ...]
    targets: np.ndarray

    def error(self, weights: np.ndarray) -> np.ndarray:
        missed: np.ndarray = np.abs(shares(self.codes, len(self.names), weights) - self.targets)
        return missed

    def fitted(self, weights: np.ndarray) -> np.ndarray:
        there = shares(self.codes, len(self.names), weights)
        factors = np.divide(self.targets, there, out=np.zeros_like(there), where=there > 0)
        found: np.ndarray = weights * factors[self.codes]
        return found


def raked(people: Everybody, margins: Mapping[str, Mapping[str, float]]) -> np.ndarray:
    """The survey weights, changed as little as it takes to meet the margins; their sum stays.

    Args:
        margins: attribute → level → share; levels that are not named share the rest as they do in the census.

    Raises ConfigError that names the margin when a level is unknown, shares do not add up, or no weights can meet all
    margins at once.
    Source: Deming & Stephan (1940), On a least squares adjustment of a sampled frequency table.
    """
    start = people.weight
    wanted = [_margin(people, name, dict(given), start) for name, given in margins.items()]
    weights = start
    for _ in range(ROUNDS):
        for margin in wanted:
            weights = margin.fitted(weights)
        if weights.sum() == 0 or max(margin.error(weights).max() for margin in wanted) < TOLERANCE:
            break
    _check(wanted, weights)
    return np.asarray(weights * (start.sum() / weights.sum()))


def _margin(people: Everybody, attribute: str, given: dict[str, float], weights: np.ndarray) -> Margin:
    codes, names = people.codes(attribute)
    there = {name for name, share in zip(names, shares(codes, len(names), weights), strict=True) if share > 0}
    where = f"personas.profiles, margins: {attribute}"
    absent = [level for level, share in given.items() if level not in there and share > 0]
    if absent:
        raise ConfigError(
            f"nobody who can be drawn has the level '{absent[0]}'",
            where=where,
            expected=f"levels among: {', '.join(sorted(there))}",
        )
    rest = 1 - sum(given.values())
    unnamed = sorted(there - set(given))
    if min(given.values()) < 0 or rest < -SUM_TOLERANCE or (not unnamed and rest > SUM_TOLERANCE):
        raise ConfigError(
            f"the shares add up to {1 - rest:g}, the smallest is {min(given.values()):g}",
            where=where,
            expected="shares from 0 that add up to 1, or to less where levels are left unnamed",
        )
    groups = [*given, "all other levels"] if unnamed else list(given)
    place = {level: i for i, level in enumerate(given)}
    regrouped = np.array([place.get(name, len(given)) for name in names])[codes]
    targets = np.array([*given.values(), max(rest, 0.0)] if unnamed else list(given.values()), dtype=float)
    return Margin(attribute, regrouped, tuple(groups), targets / targets.sum())


def _check(margins: list[Margin], weights: np.ndarray) -> None:
    if weights.sum() == 0:
        raise _unfit(margins[-1], "after fitting the others nobody is left for it")
    worst = max(margins, key=lambda margin: float(margin.error(weights).max()))
    errors = worst.error(weights)
    if errors.max() >= TOLERANCE:
        level = worst.names[int(errors.argmax())]
        raise _unfit(worst, f"the share of '{level}' misses its target by {errors.max():.6f} after {ROUNDS} rounds")


def _unfit(margin: Margin, what: str) -> ConfigError:
    return ConfigError(
        f"the margin of {margin.attribute} does not fit the others: {what}",
        where="personas.profiles, margins",
        expected="margins that one population can have at once",
        fix="Check the margins against each other, or leave this one out.",
    )
