"""Which persona answers which prompt: a core that all answer, and draws independent of who the persona is."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from persona_pipeline.errors import ShortfallError
from persona_pipeline.feedback.shares import Sizes, sizes_of
from persona_pipeline.schemas.feedback import ASSIGNMENTS
from persona_pipeline.seeds import content_hash, content_id, uniform_for, uniform_grid

BasePer = Literal["prompt", "pair"]
Ids = npt.NDArray[np.object_]


def assign(
    personas: pd.DataFrame,
    prompts: pd.DataFrame,
    *,
    pairs_per_persona: int,
    base_per: BasePer,
    seed: int,
    core_prompts: int | None = None,
) -> pd.DataFrame:
    """One row per persona × prompt: the core block, and prompts drawn for each persona by itself.

    Of a persona's pairs half are train, a quarter test on seen, a quarter on unseen prompts. Persona × prompt has a
    random number of its own and the lowest are drawn, so any part of the personas can be assigned alone, another
    persona changes nobody's pairs, and another prompt changes at most one pair in the core and one of each persona's
    own, per split. No prompt comes twice for a persona. Raises ShortfallError when a split has too few prompts.

    Args:
        core_prompts: how many of the pairs are on prompts that all personas share; None: a quarter.
        base_per: "prompt": all pairs of a prompt start from one base answer; "pair": each from its own.
    Source: PERSONA section 3.2; the core block is ours (docs/decisions/0401-a-core-that-all-answer.md).
    """
    sizes = sizes_of(pairs_per_persona, core_prompts)
    if personas.empty:
        raise ShortfallError("there are no personas to assign prompts to", where=ASSIGNMENTS.path)
    pools = {kind: _pool(prompts, split) for kind, split in (("seen", "train"), ("unseen", "held_out"))}
    _require_enough(pools, sizes)
    people = personas["persona_id"].to_numpy(dtype=object)
    drawn = {kind: _drawn(people, pools[kind], sizes.core[kind], sizes.pairs[kind], seed) for kind in pools}
    blocks = [_block(personas, *drawn[kind], question_type=kind) for kind in pools]
    frame = pd.concat(blocks).sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)
    return ASSIGNMENTS.conform(_with_ids(_with_use(frame, sizes, seed), base_per).assign(seed=seed))


def draw_of(prompt_id: str, base_id: str, persona_id: str) -> int:
    """Which independent answer to the prompt a base answer is: 0 for the shared one, else the persona's own number."""
    return 0 if base_id == base_id_of(prompt_id, 0) else own_draw(persona_id)


def own_draw(persona_id: str) -> int:
    """The number of a persona's own answers, from 1 to 2^52: large, but the same whoever else is there."""
    return int(content_hash("base draw", persona_id)[:13], 16) + 1


def base_id_of(prompt_id: str, draw: int) -> str:
    return content_id("base", prompt_id, draw)


def _pool(prompts: pd.DataFrame, split: str) -> Ids:
    ids: list[str] = sorted(prompts.loc[prompts["split"] == split, "prompt_id"])
    return np.array(ids, dtype=object)


def _core(pool: Ids, count: int, seed: int) -> Ids:
    """The prompts of the core: those with the lowest numbers, the same for everybody."""
    chosen: Ids = pool[np.argsort(uniform_for(seed, pool, "core"), kind="stable")[:count]]
    return chosen


def _drawn(people: Ids, pool: Ids, n_core: int, count: int, seed: int) -> tuple[Ids, int]:
    """Each persona's prompts of a split, persona × prompt, the core first; and how many are core."""
    core = _core(pool, n_core, seed)
    others = pool[~np.isin(pool, core)]
    numbers = uniform_grid(seed, people, others, "assignment")
    own = np.argsort(numbers, axis=1, kind="stable")[:, : count - n_core]
    return np.concatenate([np.broadcast_to(core, (len(people), n_core)), others[own]], axis=1), n_core


def _block(personas: pd.DataFrame, drawn: Ids, n_core: int, *, question_type: str) -> pd.DataFrame:
    # one row per persona × prompt of one split; `place` is the persona's, to bring the splits together
    n_people, count = drawn.shape
    return pd.DataFrame(
        {
            "place": np.arange(n_people).repeat(count),
            "persona_id": personas["persona_id"].repeat(count).to_numpy(),
            "prompt_id": drawn.ravel(),
            "persona_split": personas["split"].repeat(count).to_numpy(),
            "question_type": question_type,
            "core": np.tile(np.arange(count) < n_core, n_people),
        }
    )


def _with_use(frame: pd.DataFrame, sizes: Sizes, seed: int) -> pd.DataFrame:
    """Of each persona's seen prompts, core or not, those with the lowest numbers are train; all others are test.

    Drawn persona by persona: a core prompt of the train split is thus trained on by most personas, and so seen.
    """
    seen = frame[frame["question_type"] == "seen"]
    rows = _codes(seen["persona_id"]), _codes(seen["prompt_id"])
    numbers = uniform_grid(seed, rows[0][1], rows[1][1], "use")[rows[0][0], rows[1][0]]
    rank = pd.Series(numbers, index=seen.index).groupby(rows[0][0]).rank(method="first")
    train = (rank <= sizes.train).reindex(frame.index, fill_value=False)
    return frame.assign(data=np.where(train, "train", "test"))


def _codes(ids: pd.Series) -> tuple[npt.NDArray[np.int64], Ids]:
    codes, names = pd.factorize(ids)
    return codes, np.asarray(names, dtype=object)


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


def _require_enough(pools: dict[str, Ids], sizes: Sizes) -> None:
    there, needed = {kind: len(pool) for kind, pool in pools.items()}, sizes.pairs
    if there["seen"] < needed["seen"] or there["unseen"] < needed["unseen"]:
        raise ShortfallError(
            f"{sizes.total} pairs per persona need {needed['seen']} train and {needed['unseen']} held-out prompts; "
            f"there are {there['seen']} and {there['unseen']}",
            where=ASSIGNMENTS.path,
            expected="enough different prompts for one persona in each split",
            fix="Lower pairs_per_persona, or bring more prompts.",
        )
