"""The human anchor: how far the judge says what people say of the same answers."""

from pathlib import Path
from typing import Any

import pandas as pd

from persona_pipeline.bench.files import read_records
from persona_pipeline.errors import InputError
from persona_pipeline.records import Record
from persona_pipeline.schemas.bench import HUMAN_VERDICTS
from persona_pipeline.statistics import insufficient

EXPECTED = "answer_id, rater_id and needs_revision (true or false) in every row"
TRUTH = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def read_human_verdicts(file: Path) -> pd.DataFrame:
    """People's verdicts from a .jsonl or .csv file with answer_id, rater_id and needs_revision."""
    records, source = read_records(file, EXPECTED)
    return HUMAN_VERDICTS.frame({**_verdict(record), "source": source} for record in records)


def beside_humans(rows: pd.DataFrame, humans: pd.DataFrame) -> dict[str, Any]:
    """The judge's agreement with the majority of people on these answers, or why there is none.

    Args:
        rows: judged answers of one judge.
    """
    share = humans.groupby("answer_id")["needs_revision"].agg(lambda said: said.astype(float).mean())
    both = rows.assign(people=rows["answer_id"].map(share).astype(float))
    both = both[both["success"].notna() & both["people"].notna() & (both["people"] != 0.5)]
    if both.empty:
        why = "no human verdicts" if humans.empty else "no scored answer has a human majority"
        return {"n_human": 0, "human_agreement": None, "human_kappa": None, "human_reason": why}
    return {"n_human": len(both), **_agreement(both["success"] == 1, both["people"] < 0.5)}


def _agreement(judge: pd.Series, people: pd.Series) -> dict[str, Any]:
    """Raw agreement and Cohen's kappa (1960), which is undefined when both say one and the same of everything."""
    agreed = float((judge == people).mean())
    by_chance = float(judge.mean() * people.mean() + (1 - judge.mean()) * (1 - people.mean()))
    kappa = (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else None
    few = insufficient(len(judge))
    return {
        "human_agreement": agreed,
        "human_kappa": kappa,
        "human_reason": few or (None if kappa is not None else "kappa: judge and people say the same of every answer"),
    }


def _verdict(record: Record) -> dict[str, Any]:
    said = TRUTH.get(str(record.values.get("needs_revision", "")).strip().lower())
    ids = {name: str(record.values.get(name) or "").strip() for name in ("answer_id", "rater_id")}
    if said is None or not all(ids.values()):
        raise InputError("a human verdict lacks something", where=record.place, expected=EXPECTED)
    return {**ids, "needs_revision": said}
