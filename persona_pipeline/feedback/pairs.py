"""Preference pairs: for this persona and prompt the revision over the base answer; and what became no pair, and why."""

from collections import Counter

import pandas as pd

from persona_pipeline.asking.rows import cells
from persona_pipeline.feedback.critique import critique_text
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS


def preference_pairs(
    assignments: pd.DataFrame,
    base_responses: pd.DataFrame,
    critiques: pd.DataFrame,
    revisions: pd.DataFrame,
    prompts: pd.DataFrame,
    quality: pd.DataFrame,
) -> pd.DataFrame:
    """One row per joined pair that no quality rule drops; see dropped_pairs for the rest.

    Args:
        quality: feedback.pair_quality of the same assignments.
    """
    kept = quality.loc[quality["verdict"] != "dropped", ["pair_id", "flagged_by"]]
    whole = joined(assignments, base_responses, critiques, revisions, prompts)
    pairs = whole.merge(kept.rename(columns={"flagged_by": "flags"}), on="pair_id", validate="one_to_one")
    pairs = pairs.assign(
        critique=[critique_text(*parts) for parts in cells(pairs, "evaluation", "suggestions")],
        model=pairs["revision_model"],
    )
    return PREFERENCE_PAIRS.conform(pairs[PREFERENCE_PAIRS.column_names])


def joined(
    assignments: pd.DataFrame,
    base_responses: pd.DataFrame,
    critiques: pd.DataFrame,
    revisions: pd.DataFrame,
    prompts: pd.DataFrame,
) -> pd.DataFrame:
    """The assignments whose base answer, critique and revision are usable, with `prompt`, `chosen`, `rejected`."""
    every = _chains(assignments, base_responses, critiques, revisions)
    texts = prompts[["prompt_id", "text"]].rename(columns={"text": "prompt"})
    whole = every[_whole(every)].merge(texts, on="prompt_id", validate="many_to_one")
    made = whole[["base_simulated", "critique_simulated", "revision_simulated"]].astype(bool)
    return whole.assign(
        chosen=whole["revision_text"], rejected=whole["base_text"], simulated=made.any(axis=1).astype(bool)
    )


def dropped_pairs(
    assignments: pd.DataFrame,
    base_responses: pd.DataFrame,
    critiques: pd.DataFrame,
    revisions: pd.DataFrame,
    quality: pd.DataFrame,
) -> dict[str, int]:
    """How many assignments became no pair, by the first step or rule that failed; assignments = pairs + these."""
    rules = [f"quality: {names.split(',')[0]}" for names in quality["dropped_by"].dropna()]
    counts = Counter(rules) + Counter(unjoined_pairs(assignments, base_responses, critiques, revisions))
    return dict(sorted(counts.items()))


def unjoined_pairs(
    assignments: pd.DataFrame, base_responses: pd.DataFrame, critiques: pd.DataFrame, revisions: pd.DataFrame
) -> dict[str, int]:
    """How many assignments lack a usable part, by the first step that failed; assignments = joined + these."""
    every = _chains(assignments, base_responses, critiques, revisions)
    broken = every[~_whole(every)]
    counts = Counter(_first_failure(*row) for row in cells(broken, *STATUSES, "revision_reason"))
    return dict(sorted(counts.items()))


STATUSES = ("base_status", "critique_status", "revision_status")


def _chains(
    assignments: pd.DataFrame, base_responses: pd.DataFrame, critiques: pd.DataFrame, revisions: pd.DataFrame
) -> pd.DataFrame:
    """The assignments with what each step made of them."""  # one row per assignment
    bases = _prefixed(base_responses[["base_id", "text", "status", "simulated"]], "base")
    views = _prefixed(critiques[["pair_id", "evaluation", "suggestions", "status", "simulated"]], "critique")
    ends = _prefixed(revisions[["pair_id", "text", "model", "status", "reason", "simulated"]], "revision")
    chained = assignments.merge(bases, on="base_id", how="left", validate="many_to_one")
    for step in (views, ends):
        chained = chained.merge(step, on="pair_id", how="left", validate="one_to_one")
    return chained


def _prefixed(frame: pd.DataFrame, step: str) -> pd.DataFrame:
    shared = ("text", "model", "status", "reason", "simulated")
    return frame.rename(columns={name: f"{step}_{name}" for name in shared})


def _whole(chains: pd.DataFrame) -> pd.Series:
    return (chains[list(STATUSES)] == "ok").all(axis=1)


def _first_failure(base: object, critique: object, revision: object, why: object) -> str:
    steps = {"base answer": base, "critique": critique, "revision": revision}
    step, status = next((step, status) for step, status in steps.items() if status != "ok")
    if not isinstance(status, str):
        return f"{step} missing"
    return f"{step} invalid: {why}" if (step, status) == ("revision", "invalid") else f"{step} {status}"
