"""What requests are filled from and rows are made from: texts by id, and each request with its reply."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from persona_pipeline.errors import InputError
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, not_asked
from persona_pipeline.schemas.render import as_lines


class Texts(dict[str, str]):
    """Texts by id; an id that is not there raises InputError and says whose it is."""

    def __init__(self, table: str, texts: Iterable[tuple[str, str]]) -> None:
        super().__init__(texts)
        self.table = table

    def __missing__(self, an_id: str) -> str:
        raise InputError(
            f"there is no row '{an_id}'",
            where=self.table,
            expected=f"one of its {len(self):,} ids",
            fix=f"Materialize what refers to {self.table} again.",
        )


def persona_texts(personas: pd.DataFrame, wanted: Iterable[str] | None = None) -> Texts:
    """Each persona as `key: value` lines, by persona_id; all of them, or just the wanted."""
    some = personas if wanted is None else personas[personas["persona_id"].isin(set(wanted))]
    return Texts("personas.personas", ((row["persona_id"], as_lines(row)) for row in some.to_dict("records")))


def question_texts(prompts: pd.DataFrame) -> Texts:
    """Each prompt's text by prompt_id."""
    return Texts("prompts.prompts", zip(prompts["prompt_id"], prompts["text"], strict=True))


def replies_by_row(requests: list[ChatRequest], replies: list[ChatReply]) -> dict[str, tuple[ChatRequest, ChatReply]]:
    """Each request with its reply, by the row it was asked for; replies come in the order of the requests."""
    return {request.row_id: (request, reply) for request, reply in zip(requests, replies, strict=True)}


def usable_text(reply: ChatReply) -> str | None:
    """The text of a whole answer, without blanks around it; None when there is none."""
    return (reply.text or "").strip() or None if reply.status == "ok" else None


def blank(reply: ChatReply) -> str | None:
    """Why a whole answer of free text is none all the same."""
    return "the answer is blank" if reply.status == "ok" and usable_text(reply) is None else None


def unasked(needed: str, status: Any, reason: Any, simulated: Any) -> dict[str, Any]:
    """The `ModelMade` columns of a row that was not asked for, because what it needed is not usable.

    Args:
        needed: what the request would have been filled with ("base answer").
        status, reason, simulated: of that, as its table has them; null where there is no row.
    """
    if not isinstance(status, str):
        return not_asked(f"there is no {needed}")
    why = {"ok": "no request was made", "not_asked": reason}.get(status, f"the {needed} was {status}")
    return not_asked(why, simulated=bool(simulated))


def cells(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a frame as plain tuples of these columns."""
    return zip(*(frame[column] for column in columns), strict=True)
