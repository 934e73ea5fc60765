"""Which persona answers which prompt, drawn independently of who the persona is."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.feedback import ASSIGNMENTS
from persona_pipeline.seeds import content_hash, content_id, rng_for

BasePer = Literal["prompt", "pair"]

SHARES: dict[tuple[str, str], int] = {  # pairs of a persona by (question_type, data), PERSONA section 3.2
    ("seen", "train"): 100,
    ("seen", "test"): 50,
    ("unseen", "test"): 50,
}


def assign(
    personas: pd.DataFrame, prompts: pd.DataFrame, *, pairs_per_persona: int, base_per: BasePer, seed: int
) -> pd.DataFrame:
    """One row per persona × prompt drawn for it: half train, a quarter test on seen, a quarter on unseen prompts.

    Each persona has a random stream of its own, so another persona more or less changes nobody's prompts. No prompt
    comes twice for a persona. Raises ShortfallError when a split has too few prompts.

    Args:
        base_per: "prompt": all pairs of a prompt start from one base answer; "pair": each from its own.
    Source: PERSONA section 3.2.
    """
    counts = share_out(pairs_per_persona)
    train, held_out = _pool(prompts, "train"), _pool(prompts, "held_out")
    n_seen, n_unseen = counts["seen", "train"] + counts["seen", "test"], counts["unseen", "test"]
    _require_enough(len(personas), len(train), len(held_out), n_seen, n_unseen, pairs_per_persona)
    drawn = [_draw(str(p), train, held_out, n_seen, n_unseen, seed) for p in personas["persona_id"]]
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    frame = pd.DataFrame(
        {
            "persona_id": personas["persona_id"].repeat(pairs_per_persona).to_numpy(),
            "prompt_id": np.concatenate(drawn),
            "persona_split": personas["split"].repeat(pairs_per_persona).to_numpy(),
            "question_type": [question_type for question_type, _ in kinds] * len(personas),
            "data": [data for _, data in kinds] * len(personas),
            "seed": seed,
        }
    )
    return ASSIGNMENTS.conform(_with_ids(frame, base_per))


def share_out(pairs_per_persona: int) -> dict[tuple[str, str], int]:
    """How many of a persona's pairs are of each kind: the paper's shares, by the largest remainder."""
    if pairs_per_persona < 1:
        raise ConfigError(
            f"pairs_per_persona is {pairs_per_persona}", where="feedback.assignments", expected="1 or more"
        )
    whole = sum(SHARES.values())
    counts = {kind: pairs_per_persona * share // whole for kind, share in SHARES.items()}
    left = pairs_per_persona - sum(counts.values())
    by_remainder = sorted(SHARES, key=lambda kind: -(pairs_per_persona * SHARES[kind] % whole))
    return {kind: count + (kind in by_remainder[:left]) for kind, count in counts.items()}


def draw_of(prompt_id: str, base_id: str, persona_id: str) -> int:
    """Which independent answer to the prompt a base answer is: 0 for the shared one, else the persona's own number."""
    return 0 if base_id == base_id_of(prompt_id, 0) else own_draw(persona_id)


def own_draw(persona_id: str) -> int:
    """The number of a persona's own answers, from 1 to 2^52: large, but the same whoever else is there."""
    return int(content_hash("base draw", persona_id)[:13], 16) + 1


def base_id_of(prompt_id: str, draw: int) -> str:
    return content_id("base", prompt_id, draw)


def _with_ids(frame: pd.DataFrame, base_per: BasePer) -> pd.DataFrame:
    people, prompts = frame["persona_id"], frame["prompt_id"]
    if base_per == "prompt":
        shared = {prompt: base_id_of(prompt, 0) for prompt in prompts.unique()}
        bases = prompts.map(shared)
    else:
        draws = {persona: own_draw(persona) for persona in people.unique()}
        bases = [base_id_of(prompt, draws[persona]) for persona, prompt in zip(people, prompts, strict=True)]
    frame = frame.assign(base_id=bases)
    ids = zip(people, prompts, frame["base_id"], strict=True)
    return frame.assign(pair_id=[content_id("pair", *parts) for parts in ids])


Ids = npt.NDArray[np.object_]


def _pool(prompts: pd.DataFrame, split: str) -> Ids:
    ids: list[str] = sorted(prompts.loc[prompts["split"] == split, "prompt_id"])
    return np.array(ids, dtype=object)


def _draw(persona_id: str, train: Ids, held_out: Ids, n_seen: int, n_unseen: int, seed: int) -> Ids:
    rng = rng_for(seed, "assignment", persona_id)
    seen = rng.choice(len(train), n_seen, replace=False) if n_seen else np.array([], dtype=int)
    unseen = rng.choice(len(held_out), n_unseen, replace=False) if n_unseen else np.array([], dtype=int)
    return np.concatenate([train[seen], held_out[unseen]])


def _require_enough(people: int, train: int, held_out: int, n_seen: int, n_unseen: int, pairs_per_persona: int) -> None:
    if people == 0:
        raise ShortfallError("there are no personas to assign prompts to", where="feedback.assignments")
    if train < n_seen or held_out < n_unseen:
        raise ShortfallError(
            f"{pairs_per_persona} pairs per persona need {n_seen} train and {n_unseen} held-out prompts; "
            f"there are {train} and {held_out}",
            where="feedback.assignments",
            expected="enough different prompts for one persona in each split",
            fix="Lower pairs_per_persona, or bring more prompts.",
        )
