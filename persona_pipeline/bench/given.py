"""Anyone's answers to the design's items, from a file; nothing is generated."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from persona_pipeline.bench.answers import answer_id_of
from persona_pipeline.bench.design import item_id_of
from persona_pipeline.bench.files import read_records
from persona_pipeline.errors import InputError
from persona_pipeline.records import Record
from persona_pipeline.schemas.bench import ANSWERS, DESIGN
from persona_pipeline.schemas.chat import not_asked

MODE = "given"
EXPECTED = "item_id (or persona_id and prompt_id), text, and a model name in `model` or --model-name; draw is optional"
ANSWERED: dict[str, Any] = {
    "status": "ok",
    "reason": None,
    "template": None,
    "request_hash": None,
    "simulated": False,
}


def read_answers(file: Path, design: pd.DataFrame, *, model: str = "", seed: int) -> pd.DataFrame:
    """One row per model, draw and item of the design: the file's answer, or that it has none.

    A blank text is an empty answer. An item that is not in the design, or that comes twice, raises InputError.

    Args:
        model: of rows that name none.
    """
    records, source = read_records(file, EXPECTED)
    items = {
        row["item_id"]: (row["persona_id"], row["prompt_id"])
        for row in design[["item_id", "persona_id", "prompt_id"]].to_dict("records")
    }
    texts: dict[tuple[str, int], dict[str, str]] = {}
    for record in records:
        who, item = _who(record, model), _item(record, items)
        if item in texts.setdefault(who, {}):
            raise InputError(f"{item} comes twice for '{who[0]}'", where=record.place, expected="each item once a draw")
        texts[who][item] = str(record.values.get("text") or "").strip()
    return ANSWERS.frame(
        _row(who, item, *items[item], found.get(item), source, seed) for who, found in texts.items() for item in items
    )


def beside(existing: pd.DataFrame, given: pd.DataFrame, design: pd.DataFrame) -> pd.DataFrame:
    """The given answers and, of those there already, the ones to this design by others in each mode."""
    replaced = given[["mode", "judged_model"]].drop_duplicates().assign(again=True)
    old = existing.merge(replaced, on=["mode", "judged_model"], how="left")
    kept = existing[old["again"].isna().to_numpy() & existing["item_id"].isin(design["item_id"]).to_numpy()]
    whole = kept.groupby(["mode", "judged_model"])["item_id"].transform("nunique") == len(design)
    return ANSWERS.conform(pd.concat([kept[whole.astype(bool)], given], ignore_index=True)) if len(kept) else given


def _row(
    who: tuple[str, int], item: str, persona: str, prompt: str, text: str | None, source: str, seed: int
) -> dict[str, Any]:
    model, draw = who
    return {
        "answer_id": answer_id_of(MODE, model, persona, prompt, draw),
        "mode": MODE,
        "judged_model": model,
        "persona_id": persona,
        "prompt_id": prompt,
        "draw": draw,
        "text": text or None,
        "seed": seed,
        "item_id": item,
        "source": source,
        **_made(model, text),
    }


def _made(model: str, text: str | None) -> dict[str, Any]:
    if text is None:
        return not_asked("the file has no answer to this item")
    made = {**ANSWERED, "raw_text": text or None, "model": model}
    return made if text else {**made, "status": "empty", "reason": "the answer was empty"}


def _who(record: Record, model: str) -> tuple[str, int]:
    named = str(record.values.get("model") or model).strip()
    draw = str(record.values.get("draw") or 0).strip()
    if not named or not draw.isdigit():
        raise InputError("a row names no model, or its draw is no whole number", where=record.place, expected=EXPECTED)
    return named, int(draw)


def _item(record: Record, items: Iterable[str]) -> str:
    get = record.values.get
    item = str(get("item_id") or "").strip() or item_id_of(str(get("persona_id")), str(get("prompt_id")))
    if item not in items:
        raise InputError(
            f"there is no item '{item}' in the design",
            where=record.place,
            expected=EXPECTED,
            fix=f"Take the items from {DESIGN.path}: SELECT item_id, persona_id, prompt_id FROM {DESIGN.path}.",
        )
    return item
