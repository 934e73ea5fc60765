"""What most raters of an item chose; ties are published, not broken."""

from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.agreement.panel import SIDES, Codes, Panel, panel_of
from persona_pipeline.schemas.agreement_reports import MAJORITIES

NEEDED = 3


def majorities(ratings: pd.DataFrame, items: pd.DataFrame, *, needed: int = NEEDED) -> pd.DataFrame:
    """The humans' majority for each item, or why there is none.

    Args:
        needed: how many have to agree, and more than half of those who rated.
    Source: PERSONA section 4.2: 3 of 4. Four coins reach it 62.5 % of the time.
    """
    panel = panel_of(ratings, items)
    humans = panel.of(panel.humans)
    votes = [(humans == code).sum(axis=1) for code in range(len(SIDES))]
    winner = majority_codes(humans, needed)
    return MAJORITIES.conform(
        pd.DataFrame(
            {
                "item_id": panel.items["item_id"],
                "persona_id": panel.items["persona_id"],
                "prompt_id": panel.items["prompt_id"],
                "n_ratings": votes[0] + votes[1],
                "n_a": votes[0],
                "n_b": votes[1],
                "majority": [SIDES[code] if code >= 0 else None for code in winner],
                "prefers_revision": _prefers_revision(panel, winner),
                "reason": [_reason(*row, needed=needed) for row in zip(winner, *votes, strict=True)],
                "simulated": panel.is_simulated(panel.humans),
            }
        )
    )


def majority_codes(humans: Codes, needed: int = NEEDED) -> Codes:
    """The code that more than half, and at least `needed`, of an item's raters chose; -1 where there is none."""
    n_rated = (humans >= 0).sum(axis=1)
    second = (humans == 1).sum(axis=1)
    won = [(votes >= needed) & (2 * votes > n_rated) for votes in (n_rated - second, second)]
    return np.select(won, [0, 1], default=-1).astype(np.int64)


def summary(found: pd.DataFrame) -> dict[str, Any]:
    """How many items have a majority, how many are ties and how many have too few ratings, for metadata."""
    decided, tied = found["majority"].notna(), found["n_a"] == found["n_b"]
    four = found[found["n_ratings"] == 4]
    shares = {"majority_share_of_items_with_4": float(four["majority"].notna().mean())} if len(four) else {}
    return {
        "with_majority": int(decided.sum()),
        "ties": int((tied & (found["n_ratings"] > 0)).sum()),
        "too_few": int((~decided & ~tied).sum() + (found["n_ratings"] == 0).sum()),
        **shares,
        "majority_share_of_four_coins": 0.625,
    }


def _prefers_revision(panel: Panel, winner: Codes) -> list[bool | None]:
    sides = panel.items["revision_side"]
    return [None if code < 0 else SIDES[code] == side for code, side in zip(winner, sides, strict=True)]


def _reason(winner: int, n_a: int, n_b: int, *, needed: int) -> str | None:
    if winner >= 0:
        return None
    if n_a == n_b and n_a > 0:
        return f"a tie: {n_a} to {n_b}"
    return f"only {max(n_a, n_b)} of {n_a + n_b} raters agree, {needed} are needed"
