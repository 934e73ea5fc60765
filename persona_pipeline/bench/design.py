"""The items of the benchmark: persona × prompt, the same for all modes and models."""

import pandas as pd

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.seeds import content_hash, rng_for, uniform_for


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
        raise ConfigError(f"a benchmark of {n_items} items", where=ANSWERS.path, expected="1 or more")
    if n_personas * n_prompts < n_items:
        raise ShortfallError(
            f"{n_personas} personas × {n_prompts} prompts give no {n_items} different items",
            where=ANSWERS.path,
            expected="at least as many pairs as items",
            fix="Lower the number of items, or bring more personas or prompts.",
        )
