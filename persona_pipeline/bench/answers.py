"""The answers of the models under test, in every mode."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.asking.rows import cells, replies_by_row, unasked, usable_text
from persona_pipeline.bench.design import item_id_of
from persona_pipeline.bench.modes import MODES, Mode
from persona_pipeline.bench.summaries import COLUMNS
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, not_asked, why_invalid
from persona_pipeline.seeds import content_id

ASKED = "asked"  # the source of answers that this pipeline asked for
MOST_DRAWS = 16
Summaries = Mapping[str, Mapping[str, Any]]
NO_SUMMARIES: Summaries = {}


@dataclass(frozen=True)
class Plan:
    """Who is asked how, and how often.

    Args:
        modes: names of registered modes.
        models: the models under test.
        draws: independent answers to each item.
    """

    modes: Sequence[str]
    models: Sequence[str]
    draws: int = 1

    def __post_init__(self) -> None:
        twice = len(set(self.modes)) < len(self.modes) or len(set(self.models)) < len(self.models)
        if twice or not 1 <= self.draws <= MOST_DRAWS:
            raise ConfigError(
                f"modes {list(self.modes)}, models {list(self.models)}, {self.draws} draws",
                where=ANSWERS.path,
                expected=f"every mode and model once, and 1 to {MOST_DRAWS} draws",
            )


@dataclass(frozen=True)
class Case:
    """One answer to ask for."""

    mode: str
    judged_model: str
    persona_id: str
    prompt_id: str
    draw: int

    @property
    def answer_id(self) -> str:
        return answer_id_of(self.mode, self.judged_model, self.persona_id, self.prompt_id, self.draw)

    @property
    def columns(self) -> dict[str, Any]:
        return {"answer_id": self.answer_id, **vars(self)}

    @property
    def how(self) -> Mode:
        return MODES.get(self.mode)


def cases(design: pd.DataFrame, plan: Plan) -> list[Case]:
    """Every answer that the plan asks for, by mode, model and draw, in the design's order."""
    return [
        Case(mode, model, persona, prompt, draw)
        for mode in plan.modes
        for model in plan.models
        for draw in range(plan.draws)
        for persona, prompt in cells(design, "persona_id", "prompt_id")
    ]


def first_requests(wanted: Sequence[Case], personas: pd.DataFrame, prompts: pd.DataFrame) -> list[ChatRequest]:
    """One request for each answer whose mode asks something first."""
    people, questions = _by_id(personas, "persona_id"), _by_id(prompts, "prompt_id")
    return [
        case.how.first(
            people[case.persona_id],
            questions[case.prompt_id],
            model=case.judged_model,
            draw=case.draw,
            row_id=case.answer_id,
        )
        for case in wanted
        if case.how.first
    ]


def requests(
    wanted: Sequence[Case],
    personas: pd.DataFrame,
    prompts: pd.DataFrame,
    summaries: Summaries = NO_SUMMARIES,
) -> list[ChatRequest]:
    """One request per answer, but for those whose summary is not usable.

    Args:
        summaries: by answer, of the modes that ask for one first.
    """
    people, questions = _by_id(personas, "persona_id"), _by_id(prompts, "prompt_id")
    summed_up = {an_id: found["summary"] for an_id, found in summaries.items() if found["summary"]}
    return [
        case.how.request(
            people[case.persona_id],
            questions[case.prompt_id],
            model=case.judged_model,
            draw=case.draw,
            row_id=case.answer_id,
            summary=summed_up.get(case.answer_id, ""),
        )
        for case in wanted
        if case.how.first is None or case.answer_id in summed_up
    ]


def parse(
    wanted: Sequence[Case],
    requests: list[ChatRequest],
    replies: list[ChatReply],
    *,
    seed: int,
    summaries: Summaries = NO_SUMMARIES,
) -> pd.DataFrame:
    """One row per case: the answer, or why there is none.

    Args:
        seed: the seed of the design.
    """
    answered = replies_by_row(requests, replies)
    return ANSWERS.frame(
        {
            **case.columns,
            "item_id": item_id_of(case.persona_id, case.prompt_id),
            "source": ASKED,
            "seed": seed,
            **{name: summaries.get(case.answer_id, {}).get(name) for name in COLUMNS},
            **_outcome_of(case, answered.get(case.answer_id), summaries.get(case.answer_id)),
        }
        for case in wanted
    )


def acceptable_for(wanted: Sequence[Case]) -> Any:
    """Says why a whole answer to one of the cases is none all the same; None when it is one."""
    modes = {case.answer_id: case.how for case in wanted}

    def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
        return why_invalid(_outcome(modes[request.row_id], request, reply))

    return acceptable


def answer_id_of(mode: Any, model: Any, persona_id: Any, prompt_id: Any, draw: Any) -> str:
    return content_id("answer", mode, model, persona_id, prompt_id, draw)


def _by_id(frame: pd.DataFrame, column: str) -> dict[str, dict[Any, Any]]:
    return {row[column]: row for row in frame.to_dict("records")}


def _outcome_of(
    case: Case, answered: tuple[ChatRequest, ChatReply] | None, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    if answered is not None:
        return _outcome(case.how, *answered)
    if before is None:
        return {"text": None, **not_asked("no request was made")}
    return {"text": None, **unasked("summary", before["status"], before["reason"], before["simulated"])}


def _outcome(mode: Mode, request: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    said = usable_text(reply)
    text = mode.answer_in(said) if said is not None else None
    problem = "the answer is blank" if said is None else "the reply has no part that is the answer"
    return {"text": text, **made_by(request, reply, invalid=None if text is not None else problem)}
