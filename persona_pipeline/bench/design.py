"""The items of the benchmark: persona × prompt, the same for all modes and models."""

import pandas as pd

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.bench import DESIGN
from persona_pipeline.seeds import content_hash, content_id, rng_for, uniform_for


def designed(personas: pd.DataFrame, prompts: pd.DataFrame, *, n_items: int, split: str, seed: int) -> pd.DataFrame:
    """The design as a table, in the columns of bench.design.

    Args:
        split: of the personas that take part: train, test, or any.
    """
    some = personas if split == "any" else personas[personas["split"] == split]
    pairs = design(some, prompts, n_items=n_items, seed=seed)
    ids = [item_id_of(*pair) for pair in zip(pairs["persona_id"], pairs["prompt_id"], strict=True)]
    places = range(1, len(pairs) + 1)
    return DESIGN.conform(
        pairs.assign(item_id=ids, position=places, design_hash=design_hash(pairs), seed=seed)[DESIGN.column_names]
    )


def item_id_of(persona_id: str, prompt_id: str) -> str:
    return content_id("item", persona_id, prompt_id)


def design(personas: pd.DataFrame, prompts: pd.DataFrame, *, n_items: int, seed: int) -> pd.DataFrame:
    """n_items different pairs, columns persona_id and prompt_id; more items later only add to them.

    Personas come in a random order and take turns, so that none has more than one item more than another; prompts are
    drawn for each persona by itself, independently of who it is. Raises ShortfallError when there are too few pairs.
    """
    _require_enough(len(personas), len(prompts), n_items)
    ids = personas["persona_id"]
    order = pd.DataFrame({"id": ids, "number": uniform_for(seed, ids, "bench persona")}).sort_values(["number", "id"])
    pool = sorted(prompts["prompt_id"])
    rounds = -(-n_items // len(order))
    drawn = {who: rng_for(seed, "bench", who).permutation(len(pool))[:rounds] for who in order["id"]}
    pairs = [(who, pool[drawn[who][turn]]) for turn in range(rounds) for who in order["id"]]
    return pd.DataFrame(pairs[:n_items], columns=["persona_id", "prompt_id"], dtype=object)


def design_hash(pairs: pd.DataFrame) -> str:
    """Identifies a design by its persona × prompt pairs, in whatever order and however often they come."""
    some = pairs[["persona_id", "prompt_id"]].drop_duplicates()
    return content_hash("design", sorted(zip(some["persona_id"], some["prompt_id"], strict=True)))[:20]


def _require_enough(n_personas: int, n_prompts: int, n_items: int) -> None:
    if n_items < 1:
        raise ConfigError(f"a benchmark of {n_items} items", where=DESIGN.path, expected="1 or more")
    if n_personas * n_prompts < n_items:
        raise ShortfallError(
            f"{n_personas} personas × {n_prompts} prompts give no {n_items} different items",
            where=DESIGN.path,
            expected="at least as many pairs as items",
            fix="Lower the number of items, or bring more personas or prompts.",
        )
