"""Whether what a persona is asked about tells anything of who the persona is; it must not."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.schemas.feedback_reports import INDEPENDENCE
from persona_pipeline.schemas.levels import levels
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, WRITTEN_ATTRIBUTES
from persona_pipeline.seeds import rng_for
from persona_pipeline.statistics.holm import holm

ALPHA = 0.001
PERMUTATIONS = 999
FEWEST = 5  # personas of a level that is counted by itself
NO_NOISE = 1e-24  # bits²: below this variance every deal gives the same
FREE_TEXT = "free text: hardly two personas have the same"
ONE_LEVEL = f"insufficient: fewer than two levels with {FEWEST} personas"
ONE_TOPIC = "insufficient: there are fewer than two topics, or all pairs are of the core"

Counts = npt.NDArray[np.int64]


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


def mutual_information(joint: Counts) -> float:
    """What rows tell of columns in a table of counts, in bits; 0 when they are independent."""
    total = float(joint.sum())
    margins = _n_log_n(joint.sum(axis=0)) + _n_log_n(joint.sum(axis=1))
    return max(0.0, (_n_log_n(joint) - margins) / total + float(np.log2(total)))


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
    found = {name: mutual_information(_summed(table[np.argsort(codes)], codes)) for name, codes in groups.items()}
    rng, by_chance = rng_for(seed, "independence"), {name: np.empty(permutations) for name in groups}
    for place in range(permutations if groups else 0):
        dealt = table[rng.permutation(len(table))]
        for name, codes in groups.items():
            by_chance[name][place] = mutual_information(_summed(dealt, codes))
    return {name: _against(found[name], by_chance[name]) for name in groups}


def _summed(rows: Counts, codes: Counts) -> Counts:
    """The rows added up in blocks as large as the groups: level × topic."""
    ends = np.cumsum(np.bincount(codes))
    added: Counts = np.add.reduceat(rows, np.concatenate([[0], ends[:-1]]), axis=0)
    return added


def _against(found: float, by_chance: npt.NDArray[np.float64]) -> Information:
    """The p-value by a gamma distribution, which needs no more permutations for a smaller p."""
    from scipy.stats import gamma  # a second of import, for this report alone

    mean, variance = float(by_chance.mean()), float(by_chance.var(ddof=1))
    if variance < NO_NOISE:
        return Information(found, mean, 1.0)
    return Information(found, mean, float(gamma.sf(found, mean**2 / variance, scale=variance / mean)))


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


def _n_log_n(counts: Counts) -> float:
    positive = counts[counts > 0].astype(np.float64)
    return float((positive * np.log2(positive)).sum())
