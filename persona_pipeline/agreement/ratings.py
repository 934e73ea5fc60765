"""Ratings of the study's items: by model judges who play the persona, and by simulated human raters.

Models are not shown attention checks: those tell whether a person reads. Repeats are put to everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.asking.judge import judge_request, parse_choice
from persona_pipeline.asking.rows import Texts, cells, persona_texts, replies_by_row
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.agreement import RATINGS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, not_asked
from persona_pipeline.schemas.templates import as_data
from persona_pipeline.seeds import content_id
from persona_pipeline.simulation import RATERS, choose


def judge_requests(items: pd.DataFrame, personas: pd.DataFrame, *, judge: str) -> list[ChatRequest]:
    """One request per item or repeat: the judge plays the persona and chooses an answer."""
    items = for_models(items)
    people = persona_texts(personas, items["persona_id"])
    return [
        judge_request(people[persona], *shown, judge=judge, stage=RATINGS.path, row_id=rating_id_of(item, judge))
        for item, persona, *shown in cells(items, "item_id", "persona_id", "question", "answer_a", "answer_b")
    ]


def parse_judges(
    items: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply], *, judge: str
) -> pd.DataFrame:
    """One row per item or repeat: the judge's choice, or why there is none."""
    answered = replies_by_row(requests, replies)
    return RATINGS.frame(
        {**_rating(item, judge, "model", "model", seed=None), **_choice(answered.get(rating_id_of(item, judge)))}
        for item in for_models(items)["item_id"]
    )


def for_models(items: pd.DataFrame) -> pd.DataFrame:
    """What models are asked: everything but attention checks."""
    return items[items["kind"] != "attention"]


def simulated_ratings(
    items: pd.DataFrame,
    personas: pd.DataFrame,
    *,
    raters: Sequence[str] = tuple(RATERS),
    one_persona_each: bool = False,
    seed: int,
) -> pd.DataFrame:
    """One row per item and simulated human rater; each is as often right about the persona as its fidelity says.

    Of an item shown again a rater makes up its mind anew, so it flips as often as two raters of its fidelity differ.
    Attention checks are passed.

    Args:
        raters: names from simulation.RATERS; all of them by default.
        one_persona_each: whether a rater has another id with every persona, as in a study where each person rates
            for one persona; otherwise one id rates for all.
    """
    shown = _as_shown(items, persona_texts(personas, items["persona_id"]))
    return RATINGS.frame(
        {
            **_rating(item.item_id, item.known_as(rater, one_persona_each), "human", "simulated_rater", seed=seed),
            **_simulated(item.chosen_by(rater, fidelity, seed)),
        }
        for rater, fidelity in [(rater, _fidelity(rater)) for rater in raters]
        for item in shown
    )


@dataclass(frozen=True)
class Shown:
    """An item as a simulated rater sees it."""

    item_id: str
    persona_id: str
    texts: tuple[str, str, str, str]
    repeats: str | None
    expected_side: str | None

    def known_as(self, rater: str, one_persona_each: bool) -> str:
        return f"{rater}-{self.persona_id}" if one_persona_each else rater

    def chosen_by(self, rater: str, fidelity: float, seed: int) -> str:
        if self.expected_side is not None:
            return self.expected_side
        again = ("again",) if self.repeats is not None else ()
        return choose(*self.texts, fidelity=fidelity, noise=(seed, "rater", rater, *again))


def combine(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All ratings of all raters as one table."""
    return RATINGS.conform(pd.concat(frames, ignore_index=True)) if frames else RATINGS.frame()


def rating_id_of(item_id: str, rater_id: str) -> str:
    return content_id("rating", item_id, rater_id)


def _rating(item_id: str, rater_id: str, kind: str, source: str, *, seed: int | None) -> dict[str, Any]:
    ids = {"rating_id": rating_id_of(item_id, rater_id), "item_id": item_id, "rater_id": rater_id}
    unknown = dict.fromkeys(("explanation", "seconds", "submission_id", "excluded_because"))
    return {**ids, "rater_kind": kind, "source": source, "seed": seed, **unknown}


def _choice(answered: tuple[ChatRequest, ChatReply] | None) -> dict[str, Any]:
    return {"choice": None, **not_asked("no request was made")} if answered is None else parse_choice(*answered)


def _as_shown(items: pd.DataFrame, people: Texts) -> list[Shown]:
    """The items with their texts as a judge's prompt shows them; what is preferred hangs on every character."""
    columns = ("item_id", "persona_id", "repeats", "expected_side", "question", "answer_a", "answer_b")
    return [
        Shown(item, persona, _trimmed(people[persona], *texts), repeats, expected)
        for item, persona, repeats, expected, *texts in cells(items, *columns)
    ]


def _trimmed(*texts: str) -> tuple[str, str, str, str]:
    persona, question, answer_a, answer_b = (as_data(text).strip() for text in texts)
    return persona, question, answer_a, answer_b


def _simulated(choice: str) -> dict[str, Any]:
    return {"choice": choice, **not_asked(None, simulated=True), "status": "ok"}


def _fidelity(rater: str) -> float:
    if rater not in RATERS:
        raise ConfigError(
            f"there is no simulated rater '{rater}'", where=RATINGS.path, expected=f"one of: {', '.join(RATERS)}"
        )
    return RATERS[rater]
