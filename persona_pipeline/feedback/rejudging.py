"""Asking a judge again about a sample that moves on from week to week."""

import datetime
import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.feedback import judging
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline.schemas.judge_drift import REJUDGEMENTS, WEEK
from persona_pipeline.seeds import uniform_for

MONDAY = datetime.date(1970, 1, 5)


@dataclass(frozen=True)
class Week:
    """An ISO week.

    Args:
        number: weeks since the first Monday of 1970.
    """

    name: str
    number: int

    @classmethod
    def named(cls, name: str) -> "Week":
        """The week that is called, for instance, 2026-W47."""
        try:
            if not re.match(WEEK, name):
                raise ValueError(name)
            monday = datetime.date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
        except ValueError as exc:
            raise ConfigError(
                f"'{name}' is no week", where=REJUDGEMENTS.path, expected="an ISO week such as 2026-W47"
            ) from exc
        return cls(name, (monday - MONDAY).days // 7)


def week_of(day: datetime.date) -> str:
    """The name of a day's ISO week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def sample(pair_ids: pd.Series, week: Week, *, count: int, renewed: float, seed: int) -> list[str]:
    """The pairs to judge again in a week: a window over all of them, in an order that depends on the seed alone.

    Args:
        renewed: the share of the sample that is replaced each week.
    """
    ordered: list[str] = pair_ids.iloc[np.argsort(uniform_for(seed, pair_ids, "judged again"), kind="stable")].tolist()
    if len(ordered) <= count:
        return ordered
    start = week.number * round(count * renewed) % len(ordered)
    return [ordered[place % len(ordered)] for place in range(start, start + count)]


def requests(pairs: pd.DataFrame, personas: pd.DataFrame, week: Week, *, judge: str, seed: int) -> list[ChatRequest]:
    """What the judge was asked about the pairs, as this week's draw: no ledger has its answer."""
    first = judging.requests(pairs, personas, judge=judge, share=1.0, seed=seed)
    return [replace(request, stage=REJUDGEMENTS.path, draw=week.number) for request in first]


def parse(
    pairs: pd.DataFrame,
    requests: list[ChatRequest],
    replies: list[ChatReply],
    first_choices: pd.Series,
    week: Week,
    *,
    judge: str,
    seed: int,
) -> pd.DataFrame:
    """One row per pair asked about again.

    Args:
        first_choices: what the judge chose first, by pair_id.
    """
    rows = judging.parse(pairs, requests, replies, judge=judge, seed=seed)
    first = rows["pair_id"].map(first_choices)
    same = (rows["choice"] == first).astype("boolean").mask(rows["choice"].isna())
    return REJUDGEMENTS.conform(rows.assign(week=week.name, draw=week.number, first_choice=first, same=same))


def with_earlier(earlier: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """All weeks; a week that was asked for again takes the place of what it was, judge by judge."""
    again = pd.MultiIndex.from_frame(earlier[["week", "judge"]]).isin(pd.MultiIndex.from_frame(rows[["week", "judge"]]))
    return REJUDGEMENTS.conform(pd.concat([earlier[~again], rows], ignore_index=True))
