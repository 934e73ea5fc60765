"""A role-playing judge's view of the pairs: which side would the persona choose?"""

from typing import Any

import pandas as pd

from persona_pipeline.asking.judge import judge_request, parse_choice, revision_sides
from persona_pipeline.asking.rows import cells, persona_texts, replies_by_row
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline.schemas.feedback import JUDGEMENTS
from persona_pipeline.seeds import uniform_for


def requests(pairs: pd.DataFrame, personas: pd.DataFrame, *, judge: str, share: float, seed: int) -> list[ChatRequest]:
    """One request per pair of a random share of them, with the revision on a random side.

    Which pairs, and which side, depends on the pair and the seed alone; every judge sees the same.

    Args:
        share: of the pairs to judge, from 0 to 1.
    """
    chosen = _share_of(pairs, share, seed)
    people, sides = persona_texts(personas, chosen["persona_id"]), revision_sides(chosen["pair_id"], seed=seed)
    columns = cells(chosen, "pair_id", "persona_id", "prompt", "chosen", "rejected")
    return [
        judge_request(
            people[persona],
            prompt,
            *((revision, base) if side == "A" else (base, revision)),
            judge=judge,
            stage=JUDGEMENTS.path,
            row_id=pair,
        )
        for side, (pair, persona, prompt, revision, base) in zip(sides, columns, strict=True)
    ]


def parse(
    pairs: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply], *, judge: str, seed: int
) -> pd.DataFrame:
    """One row per pair that a request was made for: the judge's choice, or why there is none."""
    answered = replies_by_row(requests, replies)
    judged = pairs[pairs["pair_id"].isin(answered)]
    rows = zip(judged["pair_id"], judged["persona_id"], revision_sides(judged["pair_id"], seed=seed), strict=True)
    return JUDGEMENTS.frame(
        {
            "pair_id": pair,
            "persona_id": persona,
            "judge": judge,
            "revision_side": side,
            "seed": seed,
            **_verdict(side, parse_choice(*answered[pair])),
        }
        for pair, persona, side in rows
    )


def _share_of(pairs: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    if not 0 <= share <= 1:
        raise ConfigError(f"the share of pairs to judge is {share}", where=JUDGEMENTS.path, expected="0 to 1")
    return pairs[uniform_for(seed, pairs["pair_id"], "judged") < share]


def _verdict(side: str, chosen: dict[str, Any]) -> dict[str, Any]:
    return {**chosen, "prefers_revision": None if chosen["choice"] is None else chosen["choice"] == side}
