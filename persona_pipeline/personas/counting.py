"""Counting people by level, quickly: millions of rows become small integers once, and are only added up afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from persona_pipeline.schemas.levels import Coder
from persona_pipeline.schemas.population import Population, parts


@dataclass(frozen=True)
class Coded:
    """The levels of one attribute in two frames, as positions in one list.

    Args:
        names: the levels, those of the population first.
        population, personas: the position of each row's level.
    """

    names: tuple[str, ...]
    population: np.ndarray
    personas: np.ndarray


class Everybody:
    """A population as small integers: each person's weight and the levels of some attributes, a nation in 0.2 GB.

    Args:
        weight: each person's survey weight.
        ids: each person's id, ASCII; empty unless asked for.
        vintages: the vintages that people are of.
        synthetic: whether all are of the embedded synthetic extract.
    """

    def __init__(self, population: Population, attributes: Sequence[str], *, ids: bool = False) -> None:
        self._attributes = tuple(dict.fromkeys(attributes))
        self._names: dict[str, dict[str, int]] = {attribute: {} for attribute in self._attributes}
        self.vintages: set[str] = set()
        self.synthetic = True
        columns = ["weight", "vintage", "synthetic", "not_applicable", *(["person_id"] if ids else ())]
        read = [self._coded(part, ids) for part in parts(population, list(dict.fromkeys([*columns, *attributes])))]
        self.weight, self.ids = (np.concatenate([part[place] for part in read]) for place in (0, 1))
        self._codes = {a: np.concatenate([part[2][a] for part in read]) for a in self._attributes}

    def _coded(self, part: pd.DataFrame, ids: bool) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        self.vintages |= set(part["vintage"].unique())
        self.synthetic &= bool(part["synthetic"].all())
        coder = Coder(part)
        codes = {attribute: self._recoded(attribute, *coder.codes(attribute)) for attribute in self._attributes}
        weight = part["weight"].to_numpy(dtype=float)
        return weight, np.array(part["person_id"].tolist() if ids else [], dtype="S"), codes

    def _recoded(self, attribute: str, codes: np.ndarray, names: list[str]) -> np.ndarray:
        known = self._names[attribute]
        places = np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int16)
        return np.asarray(places[codes])

    def __len__(self) -> int:
        return len(self.weight)

    def codes(self, attribute: str) -> tuple[np.ndarray, list[str]]:
        """Each person's place in a list of levels, and the list, in the order the rows bring them up."""
        return self._codes[attribute], list(self._names[attribute])

    def sort(self) -> None:
        """Puts people in the order of their ids."""
        order = np.argsort(self.ids, kind="stable")
        self.weight, self.ids = self.weight[order], self.ids[order]
        self._codes = {attribute: codes[order] for attribute, codes in self._codes.items()}


class Codes(Protocol):
    """People whose levels are known as small integers."""

    def codes(self, attribute: str) -> tuple[np.ndarray, list[str]]: ...


def code(population: Codes, personas: Codes, attribute: str) -> Coded:
    """One attribute of both frames, coded alike."""
    of_population, names = population.codes(attribute)
    of_personas, seen = personas.codes(attribute)
    whole = [*names, *(name for name in seen if name not in set(names))]
    place = {name: i for i, name in enumerate(whole)}
    recoded = np.array([place[name] for name in seen], dtype=np.int32)
    return Coded(tuple(whole), of_population, recoded[of_personas])


def shares(codes: np.ndarray, n_levels: int, weight: np.ndarray | None = None) -> np.ndarray:
    """The share of each level, weighted where weights are given."""
    counts = np.bincount(codes, weights=weight, minlength=n_levels).astype(float)
    found: np.ndarray = counts / counts.sum()
    return found


def effective_size(weight: np.ndarray) -> float:
    """How many equally weighted records say as much: (Σw)² / Σw² (Kish 1965)."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def pooled(expected: np.ndarray, least: float = 5.0) -> tuple[np.ndarray, int]:
    """A group for each level such that every group has `least` expected where possible, and how many levels share one.

    Levels with fewer than `least` make one group; where that is still too small, the next larger levels join it.
    """
    ascending = np.argsort(expected, kind="stable")
    n_pooled = int((expected < least).sum())
    while 0 < n_pooled < len(expected) and expected[ascending[:n_pooled]].sum() < least:
        n_pooled += 1
    groups = np.zeros(len(expected), dtype=np.int64)
    groups[ascending[n_pooled:]] = np.arange(len(expected) - n_pooled) + (n_pooled > 0)
    return groups, n_pooled
