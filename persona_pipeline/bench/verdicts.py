"""Each answer with what its judge decides: the majority of the verdicts, and how often they differ."""

from typing import Any

import pandas as pd

from persona_pipeline.seeds import content_hash

GROUP = ["mode", "judged_model", "judge"]


def judged(answers: pd.DataFrame, critiques: pd.DataFrame) -> pd.DataFrame:
    """One row per answer and judge: the answer's columns and the majority.

    success is 1 where most verdicts want no revision, 0 where most want one, null without a verdict and where they are
    even (`tied`). disagree is the share of two verdicts on the answer that differ, null with fewer than two.
    """
    every = answers.merge(critiques[["judge"]].drop_duplicates(), how="cross")
    counted = every.merge(_counted(critiques), on=["answer_id", "judge"], how="left", validate="one_to_one")
    n, against = counted["n_verdicts"].fillna(0).astype(float), counted["n_against"].fillna(0).astype(float)
    decided = (n > 0) & (2 * against != n)
    pairs = n * (n - 1) / 2
    return counted.assign(
        success=(2 * against < n).astype(float).where(decided),
        tied=(n > 0) & ~decided,
        disagree=(against * (n - against) / pairs.where(pairs > 0)),
        simulated=counted["simulated"] | counted["by_simulated"].eq(True).fillna(False),
    )


def version_of(rows: pd.DataFrame, design: str, judge: str) -> str:
    """Version of the benchmark behind rows of one mode and judge: what has to be the same for scores to compare.

    Args:
        rows: as `judged` gives them.
    """
    said = {text for column in ("summary_template", "template", "critic") for text in rows[column].dropna()}
    return content_hash("bench", design, sorted(said), judge, _most(rows["n_draws"]))[:20]


def _counted(critiques: pd.DataFrame) -> pd.DataFrame:
    verdict = critiques["needs_revision"].astype("Float64")
    columns = critiques[["answer_id", "judge"]].assign(
        n_draws=1,
        n_verdicts=verdict.notna().astype(int),
        n_against=verdict.fillna(0).astype(float),
        by_simulated=critiques["simulated"].astype(bool),
        critic=critiques["template"],
    )
    kinds: dict[str, Any] = dict.fromkeys(("n_draws", "n_verdicts", "n_against"), "sum")
    return columns.groupby(["answer_id", "judge"], as_index=False).agg(
        kinds | {"by_simulated": "any", "critic": "first"}
    )


def _most(counts: pd.Series) -> int:
    return int(counts.fillna(0).max()) if len(counts) else 0
