"""From candidates to prompts, step by step, beside what the paper reports."""

import pandas as pd

from persona_pipeline.prompts.filtering import in_order
from persona_pipeline.prompts.selection import dropped_candidates

PAPER = {"candidates": 8_011, "prompts": 3_868}  # PERSONA section 3.2; it gives no count between the two


def funnel(decisions: pd.DataFrame) -> pd.DataFrame:
    """One row a step, in the order the rules apply: what it drops, what is left, and its share of all candidates.

    Returns: columns step, dropped, left, left_share, paper; paper is null where it gives no count.
    """
    dropped = dropped_candidates(decisions)
    rules = [rule.name for rule in in_order() if rule.name in dropped]
    steps = [*rules, *sorted(reason for reason in dropped if reason not in rules)]
    left = len(decisions)
    rows = [("candidates", 0, left)]
    for step in steps:
        left -= dropped[step]
        rows.append((step, dropped[step], left))
    found = pd.DataFrame([*rows, ("prompts", 0, left)], columns=["step", "dropped", "left"])
    shares = found["left"] / max(len(decisions), 1)
    return found.assign(left_share=shares, paper=found["step"].map(PAPER).astype("Int64"))
