"""Which prompts are held out: as many as asked for in all, and even over topics."""

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.seeds import uniform_for

PAPER_HELD_OUT_SHARE = 868 / 3868  # PERSONA section 3.2: 3,000 train and 868 held-out prompts


def split(prompt_ids: pd.Series, topics: pd.Series, *, held_out_share: float, seed: int) -> pd.Series:
    """`train` or `held_out` for each prompt: round(n · share) held out in all, each topic within one of its share.

    Places are dealt by largest remainder, equal remainders by topic id. Within a topic the order is each prompt's own
    hash, so it depends on the seed and the prompt alone.

    Args:
        prompt_ids, topics: one value a prompt, on the same index, which the result has too.
        held_out_share: from 0 to 1.
    """
    if not 0 <= held_out_share <= 1:
        raise ConfigError(f"held_out_share is {held_out_share}", where="the prompt split", expected="a share, 0 to 1")
    places = _places(topics.value_counts().sort_index(), held_out_share)
    draws = pd.Series(uniform_for(seed, prompt_ids, "prompts.split"), index=prompt_ids.index)
    rank = draws.groupby(topics).rank(method="first")
    held_out = rank <= topics.map(places)
    return pd.Series(np.where(held_out, "held_out", "train"), index=prompt_ids.index, dtype=object)


def _places(sizes: pd.Series, share: float) -> pd.Series:
    """How many of each topic are held out: Σ = round(Σ sizes · share), by largest remainder."""
    exact = sizes * share
    whole = np.floor(exact)
    left = round(int(sizes.sum()) * share) - int(whole.sum())
    first_served = (exact - whole).sort_values(ascending=False, kind="stable").index[:left]
    return (whole + sizes.index.isin(first_served)).astype(int)
