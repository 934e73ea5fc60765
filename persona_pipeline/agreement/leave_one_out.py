"""Leave-one-out: what a judge chooses when it knows an attribute of the persona, and when it does not.

Two designs, on the same questions: the paper's (section 4.1), three random attributes and the same with one more; and
the whole persona against each single drop, with its lines in another order to show how often choices flip for nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.asking.judge import judge_request, parse_choice
from persona_pipeline.asking.rows import replies_by_row
from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.schemas.agreement_reports import LEAVE_ONE_OUT_CHOICES
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, not_asked
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.schemas.render import absent, as_lines
from persona_pipeline.seeds import content_id, uniform_for, unit_interval

KNOWN = 3  # attributes of the paper's small personas


@dataclass(frozen=True)
class Sizes:
    """How much is asked.

    Args:
        personas_added: small personas for each attribute, each judged without it and with it; the paper has 40.
        personas_dropped: whole personas, each judged whole, reordered and without each attribute.
        questions: for every persona the same; the paper has 20.
        attributes: those to leave out.
    """

    personas_added: int = 40
    personas_dropped: int = 40
    questions: int = 20
    attributes: Sequence[str] = ATTRIBUTE_NAMES

    def __post_init__(self) -> None:
        unknown = [name for name in self.attributes if name not in ATTRIBUTE_NAMES]
        if unknown or min(self.personas_added, self.personas_dropped) < 0 or self.questions < 1:
            raise ConfigError(
                f"{self.personas_added} and {self.personas_dropped} personas, {self.questions} questions"
                + (f", no attribute '{unknown[0]}'" if unknown else ""),
                where=LEAVE_ONE_OUT_CHOICES.path,
                expected="0 or more personas, 1 or more questions, and attributes of personas",
            )


@dataclass(frozen=True)
class Case:
    """One thing to ask: a persona as shown, and two answers to a question."""

    design: str
    persona_id: str
    attribute: str | None
    arm: str
    shown: tuple[str, ...]
    text: str
    item: "Item"

    @property
    def choice_id(self) -> str:
        who = (self.design, self.persona_id, self.attribute, self.arm, self.shown)
        return content_id("choice", *who, self.item.prompt_id, self.item.pair_a, self.item.pair_b)


@dataclass(frozen=True)
class Item:
    """A question with two answers that were revised for two personas, or with a revision and its base answer."""

    prompt_id: str
    question: str
    pair_a: str
    pair_b: str
    answer_a: str
    answer_b: str


def cases(personas: pd.DataFrame, pairs: pd.DataFrame, *, sizes: Sizes, seed: int) -> list[Case]:
    """Everything to ask, in both designs; a persona lacks what does not apply to it, and that is not left out of it."""
    people = _in_random_order(personas, seed)
    items = questions(pairs, count=sizes.questions, seed=seed)
    views = [*_added(people, sizes, seed), *_dropped(people, sizes, seed)]
    return [Case(*view, item) for view in views for item in items]


def questions(pairs: pd.DataFrame, *, count: int, seed: int) -> list[Item]:
    """Questions with two answers to choose from, sides at random.

    Two revisions for two different personas: they differ in whom they please, while a revision and its base answer
    mostly differ in length. Where too few questions have two revisions, others come with their base answer.
    """
    if pairs.empty:
        raise ShortfallError(
            "there are no preference pairs to take answers from",
            where=LEAVE_ONE_OUT_CHOICES.path,
            fix="See what feedback.preference_pairs dropped, and why.",
        )
    numbered = pairs.assign(number=uniform_for(seed, pairs["pair_id"], "leave one out"))
    ordered = numbered.sort_values(["number", "pair_id"]).drop_duplicates(["prompt_id", "chosen"])
    found = [_item(rows.head(2).to_dict("records"), seed) for _, rows in ordered.groupby("prompt_id", sort=False)]
    return sorted(found, key=lambda item: item.pair_a == item.pair_b)[:count]


def requests(asked: Sequence[Case], *, judge: str) -> list[ChatRequest]:
    """One request per case: the judge plays the persona as shown and chooses."""
    return [
        judge_request(
            case.text,
            case.item.question,
            case.item.answer_a,
            case.item.answer_b,
            judge=judge,
            stage=LEAVE_ONE_OUT_CHOICES.path,
            row_id=case.choice_id,
        )
        for case in asked
    ]


def parse(
    asked: Sequence[Case], made: list[ChatRequest], replies: list[ChatReply], *, judge: str, seed: int
) -> pd.DataFrame:
    """One row per case: the choice, or why there is none."""
    answered = replies_by_row(made, replies)
    return LEAVE_ONE_OUT_CHOICES.frame(
        {
            "choice_id": case.choice_id,
            "design": case.design,
            "persona_id": case.persona_id,
            "attribute": case.attribute,
            "arm": case.arm,
            "shown": ", ".join(case.shown),
            "prompt_id": case.item.prompt_id,
            "pair_a": case.item.pair_a,
            "pair_b": case.item.pair_b,
            "judge": judge,
            "seed": seed,
            **_choice(answered.get(case.choice_id)),
        }
        for case in asked
    )


View = tuple[str, str, str | None, str, tuple[str, ...], str]


def _added(people: list[dict[str, Any]], sizes: Sizes, seed: int) -> Iterator[View]:
    """The paper's: for each attribute, people who have it, with three others of theirs at random."""
    for attribute in sizes.attributes:
        able = [person for person in people if attribute in _has(person) and len(_has(person)) > KNOWN]
        for person in able[: sizes.personas_added]:
            rest = [name for name in _has(person) if name != attribute]
            few = _shuffled(rest, seed, "known", person["persona_id"], attribute)[:KNOWN]
            for arm, shown in (("without", few), ("with", [*few, attribute])):
                yield _view("added", person, attribute, arm, shown)


def _dropped(people: list[dict[str, Any]], sizes: Sizes, seed: int) -> Iterator[View]:
    """The whole persona, its lines in another order, and the whole persona without each of its attributes."""
    for person in people[: sizes.personas_dropped]:
        whole = _has(person)
        yield _view("dropped", person, None, "with", whole)
        other = _shuffled(whole, seed, "reordered", person["persona_id"])
        yield _view("dropped", person, None, "reordered", other, order=other.index)
        for attribute in sizes.attributes:
            rest = [name for name in whole if name != attribute]
            if attribute in whole and rest:
                yield _view("dropped", person, attribute, "without", rest)


def _view(
    design: str,
    person: dict[str, Any],
    attribute: str | None,
    arm: str,
    shown: list[str],
    order: Callable[[str], int] = ATTRIBUTE_NAMES.index,
) -> View:
    names = tuple(sorted(shown, key=order))
    text = "\n".join(as_lines(person, only=[name]) for name in names)
    return design, person["persona_id"], attribute, arm, names, text


def _has(person: dict[str, Any]) -> list[str]:
    return [name for name in ATTRIBUTE_NAMES if not absent(person[name])]


def _shuffled(names: list[str], seed: int, *what: str) -> list[str]:
    return sorted(names, key=lambda name: unit_interval(seed, "leave one out", *what, name))


def _in_random_order(personas: pd.DataFrame, seed: int) -> list[dict[str, Any]]:
    numbered = personas.assign(number=uniform_for(seed, personas["persona_id"], "leave one out"))
    return list(numbered.sort_values(["number", "persona_id"]).drop(columns="number").to_dict("records"))


def _item(rows: list[dict[str, Any]], seed: int) -> Item:
    """Two revisions of one question, or one beside its base answer; a coin says which is A."""
    one, other = rows[0], rows[-1]
    answers = [(one["pair_id"], one["chosen"]), (other["pair_id"], other["chosen"])]
    if len(rows) == 1:
        answers[1] = (one["pair_id"], one["rejected"])
    if unit_interval(seed, "leave one out", "side", one["pair_id"], other["pair_id"]) < 0.5:
        answers.reverse()
    (pair_a, answer_a), (pair_b, answer_b) = answers
    return Item(one["prompt_id"], one["prompt"], pair_a, pair_b, answer_a, answer_b)


def _choice(answered: tuple[ChatRequest, ChatReply] | None) -> dict[str, Any]:
    return {"choice": None, **not_asked("no request was made")} if answered is None else parse_choice(*answered)
