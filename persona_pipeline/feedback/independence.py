"""Whether what a persona is asked about tells anything of who the persona is; it must not."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.schemas.feedback_reports import INDEPENDENCE
from persona_pipeline.schemas.levels import levels
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, WRITTEN_ATTRIBUTES
from persona_pipeline.seeds import rng_for
from persona_pipeline.statistics.multiple import holm

ALPHA = 0.001
PERMUTATIONS = 999
CELLS_AT_ONCE = 2_000_000
FEWEST = 5  # personas of a level that is counted by itself
NO_NOISE = 1e-24  # bits²: below this variance every deal gives the same
FREE_TEXT = "free text: hardly two personas have the same"
ONE_LEVEL = f"insufficient: fewer than two levels with {FEWEST} personas"
ONE_TOPIC = "insufficient: there are fewer than two topics, or all pairs are of the core"

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Information(NamedTuple):
    """Mutual information in bits, and what chance gives."""

    found: float
    expected: float
    p_value: float


def independence(
    assignments: pd.DataFrame,
    personas: pd.DataFrame,
    prompts: pd.DataFrame,
    *,
    seed: int,
    permutations: int = PERMUTATIONS,
) -> pd.DataFrame:
    """One row per attribute: the mutual information of attribute and topic outside the core block.

    The test deals the attribute's values anew among the personas, each of whom keeps the topics that were drawn for it;
    so neither few prompts nor many levels make it wrong. Texts that a model wrote are not tested.
    """
    drawn = assignments.loc[~assignments["core"].astype(bool), ["persona_id", "prompt_id"]]
    people = personas[personas["persona_id"].isin(drawn["persona_id"])].reset_index(drop=True)
    table = _topics_of(drawn, people["persona_id"], prompts)
    groups = {name: _groups(people, name) for name in ATTRIBUTE_NAMES if name not in WRITTEN_ATTRIBUTES}
    tested = {name: codes for name, codes in groups.items() if codes.max(initial=0) > 0 and table.shape[1] > 1}
    informed = _informed(table, tested, seed, permutations)
    corrected = holm([informed[name].p_value if name in informed else None for name in ATTRIBUTE_NAMES])
    shared = {
        "n_pairs": len(drawn),
        "n_personas": len(people),
        "n_topics": table.shape[1],
        "n_permutations": permutations,
        "seed": seed,
        "synthetic": bool(people["synthetic"].any()),
        "simulated": bool(people["simulated"].any()),
    }
    return INDEPENDENCE.frame(
        {
            "attribute": name,
            "n_levels": int(groups[name].max(initial=-1)) + 1 if name in groups else 0,
            **shared,
            **_outcome(informed.get(name), p),
            "untested_because": None if name in informed else _untested(name, table),
        }
        for name, p in zip(ATTRIBUTE_NAMES, corrected, strict=True)
    )


def mutual_information(joint: Counts) -> Floats:
    """What rows tell of columns in tables of counts (the last two axes), in bits; 0 when they are independent."""
    total = joint.sum(axis=(-2, -1))
    margins = sum(_n_log_n(joint.sum(axis=axis)).sum(axis=-1) for axis in (-2, -1))
    found = (_n_log_n(joint).sum(axis=(-2, -1)) - margins) / total + np.log2(total)
    return np.asarray(np.maximum(found, 0.0))


def _topics_of(drawn: pd.DataFrame, people: pd.Series, prompts: pd.DataFrame) -> Counts:
    """How many prompts of each topic each persona was given: persona × topic."""
    topics, names = pd.factorize(drawn["prompt_id"].map(prompts.set_index("prompt_id")["topic"]), sort=True)
    rows = pd.Index(people).get_indexer(drawn["persona_id"])
    counts = np.bincount(rows * len(names) + topics, minlength=len(people) * len(names))
    return counts.reshape(len(people), len(names)).astype(np.int64)


def _groups(people: pd.DataFrame, attribute: str) -> Counts:
    """Each persona's level as a number from 0; levels with fewer than five personas are one."""
    codes, _ = pd.factorize(levels(people, attribute))
    rare = np.bincount(codes, minlength=1)[codes] < FEWEST
    found: Counts = pd.factorize(np.where(rare, -1, codes))[0].astype(np.int64)
    return found


def _informed(table: Counts, groups: Mapping[str, Counts], seed: int, permutations: int) -> dict[str, Information]:
    if not groups:
        return {}
    chance: dict[str, list[Floats]] = {name: [] for name in groups}
    for dealt in _dealt(table, seed, permutations):
        for name, codes in groups.items():
            chance[name].append(mutual_information(_blocks(dealt, codes)))
    found = {name: mutual_information(_blocks(_running(table[np.argsort(c)][None]), c)) for name, c in groups.items()}
    return {name: _against(float(found[name][0]), np.concatenate(chance[name])) for name in groups}


def _dealt(table: Counts, seed: int, permutations: int) -> Iterator[Counts]:
    """The personas in random orders, many at once: permutation × persona × topic, as running sums."""
    rng, at_once = rng_for(seed, "independence"), max(1, CELLS_AT_ONCE // max(table.size, 1))
    for start in range(0, permutations, at_once):
        orders = np.tile(np.arange(len(table)), (min(at_once, permutations - start), 1))
        yield _running(table[rng.permuted(orders, axis=1)])


def _running(rows: Counts) -> Counts:
    return np.cumsum(rows, axis=1)


def _blocks(running: Counts, codes: Counts) -> Counts:
    """Each group's topics, when the first group has the first personas and so on: permutation × level × topic."""
    ends = np.cumsum(np.bincount(codes)) - 1
    return np.diff(running[:, ends], axis=1, prepend=0)


def _against(found: float, by_chance: Floats) -> Information:
    """The p-value by a gamma distribution, which needs no more permutations for a smaller p."""
    from scipy.special import gammaincc  # some tenths of a second of import, for this report alone

    mean, variance = float(by_chance.mean()), float(by_chance.var(ddof=1))
    if variance < NO_NOISE:
        return Information(found, mean, 1.0)
    return Information(found, mean, float(gammaincc(mean**2 / variance, found * mean / variance)))


def _outcome(information: Information | None, corrected: float | None) -> dict[str, Any]:
    if information is None or corrected is None:
        figures = ("mutual_information", "expected_by_chance", "p_value", "corrected_p")
        return dict.fromkeys(figures) | {"verdict": "untested"}
    return {
        "mutual_information": information.found,
        "expected_by_chance": information.expected,
        "p_value": information.p_value,
        "corrected_p": corrected,
        "verdict": "dependent" if corrected < ALPHA else "independent",
    }


def _untested(attribute: str, table: Counts) -> str:
    if attribute in WRITTEN_ATTRIBUTES:
        return FREE_TEXT
    return ONE_TOPIC if table.shape[1] < 2 else ONE_LEVEL


def _n_log_n(counts: Counts) -> Floats:
    numbers = counts.astype(np.float64)
    return numbers * np.log2(np.maximum(numbers, 1.0))
