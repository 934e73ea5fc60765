"""The prompts that go on: kept, grouped by topic, and split."""

from collections.abc import Mapping

import pandas as pd

from persona_pipeline.errors import ShortfallError
from persona_pipeline.prompts.splits import PAPER_HELD_OUT_SHARE, split
from persona_pipeline.prompts.topics import Vector, topics
from persona_pipeline.schemas.prompt import PROMPTS

TF_IDF = "tf-idf"


def prompts(
    candidates: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    n_topics: int,
    held_out_share: float = PAPER_HELD_OUT_SHARE,
    seed: int,
    vectors: Mapping[str, Vector] | None = None,
    topic_by: str = TF_IDF,
) -> pd.DataFrame:
    """Every kept candidate with its topic and split, in the candidates' order.

    Args:
        vectors: each text's embedding, for topics; None: by TF-IDF.
        topic_by: what topics are found by, as the rows say it.

    Raises ShortfallError, with what dropped how many, when none is kept.
    """
    kept = kept_candidates(candidates, decisions)
    found = topics(kept["text"], n_topics=n_topics, seed=seed, vectors=vectors)
    return PROMPTS.conform(
        kept[["prompt_id", "text", "source"]].assign(
            topic=found.ids,
            topic_terms=found.ids.map(found.terms),
            topic_by=topic_by,
            split=split(kept["prompt_id"], found.ids, held_out_share=held_out_share, seed=seed),
        )
    )


def kept_candidates(candidates: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The candidates that go on; ShortfallError, with what dropped how many, when none does."""
    keep = decisions.loc[decisions["kept"].astype(bool), "prompt_id"]
    kept = candidates[candidates["prompt_id"].isin(keep)]
    if kept.empty:
        raise _nothing_kept(decisions)
    return kept


def dropped_candidates(decisions: pd.DataFrame) -> dict[str, int]:
    """How many candidates each rule, the model's verdict, or the lack of one dropped; candidates = prompts + these."""
    dropped = decisions[~decisions["kept"].astype(bool)]
    counts = _dropped_by(dropped).value_counts().sort_index()
    return {str(reason): int(count) for reason, count in counts.items()}


def _dropped_by(dropped: pd.DataFrame) -> pd.Series:
    """A rule's name; `model verdict`; or `no usable verdict` with the reply's status."""
    by_model = ("no usable verdict: " + dropped["status"]).mask(dropped["status"] == "ok", "model verdict")
    return dropped["rule"].where(dropped["decided_by"] == "rule", by_model)


def _nothing_kept(decisions: pd.DataFrame) -> ShortfallError:
    dropped = ", ".join(f"{reason} {count:,}" for reason, count in dropped_candidates(decisions).items())
    return ShortfallError(
        f"none of {len(decisions):,} candidates is kept (dropped by {dropped or 'nobody'})",
        where="prompts.prompts",
        expected="at least one prompt that people would answer differently",
        fix="See prompts.decisions for each reason; use more prompts or another classifier model.",
    )
