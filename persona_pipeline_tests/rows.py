"""A good row for every table: the plainest one its columns and its suite admit."""

from typing import Any

import pandas as pd

from persona_pipeline.census.recode import labels
from persona_pipeline.schemas.fields import Column
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES, WRITTEN_ATTRIBUTES
from persona_pipeline.schemas.tables import Table

VINTAGE = "2023-1yr"
PATTERNS = {r"^\d{2}$": "56", r"^\d{5}$": "00100"}
OK = {"status": "ok", "reason": None}


def good_row(table: Table) -> dict[str, Any]:
    """One admissible row; nullable columns are null unless the table's rules want a value."""
    row = {column.name: _plain(column) for column in table.columns}
    if "status" in row:
        row |= OK
    if "vintage" in row:
        row["vintage"] = VINTAGE
    if table.path in ("census.population", "personas.profiles", "personas.personas"):
        row |= _person(table)
    return row | OWN.get(table.path, {})


def good_frame(table: Table, count: int = 2) -> pd.DataFrame:
    """Good rows that differ in their key."""
    rows = [good_row(table) for _ in range(count)]
    for place, row in enumerate(rows):
        for name in table.key:
            column = table.column(name)
            if isinstance(row[name], str) and not (column.levels or column.pattern) and name != "vintage":
                row[name] = f"{row[name]}-{place}"
            elif table.key == (name,):
                row[name] += place  # a number
    return table.frame(rows)


def references(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The population that a frame of people comes from, where it has people."""
    facts = [name for name in ("person_id", *CENSUS_ATTRIBUTES) if name in frame.columns]
    return {"census.population": frame[facts].drop_duplicates("person_id")} if "person_id" in facts else {}


def _plain(column: Column) -> Any:
    if column.nullable:
        return None
    if column.levels:
        return column.levels[0]
    if column.sql_type == "VARCHAR":
        return PATTERNS.get(column.pattern or "", "some text")
    if column.sql_type == "BOOLEAN":
        return False
    if column.sql_type == "TIMESTAMP":
        return pd.Timestamp("2026-01-01")
    return column.at_least if column.at_least is not None else 1


def _person(table: Table) -> dict[str, Any]:
    known = labels(VINTAGE)
    here = [name for name in table.column_names if name in CENSUS_ATTRIBUTES]
    facts = {name: sorted(known[name])[0] for name in here if name in known}
    drawn = {
        name: "some text"
        for name in ("big_five_scores", "ideology", "political_views", "religion", *WRITTEN_ATTRIBUTES)
        if name in table.column_names
    }
    return {**facts, **drawn, "age": 40, "income": 41000, "not_applicable": "{}"}


OWN: dict[str, dict[str, Any]] = {
    "census.persons": {"pwgtp": 12},
    "census.margins": {"share": 1.0, "attribute": "sex", "se_reason": "not asked for"},
    "census.pair_margins": {"share": 1.0, "attribute": "sex", "attribute_2": "race", "se": 0.1, "se_weight": 3.0},
    "personas.consistency": {"decided_by": "model", "consistent": True},
    "personas.profiles": {
        "openness": 3.92,
        "conscientiousness": 3.43,
        "extraversion": 3.23,
        "agreeableness": 3.68,
        "neuroticism": 3.07,
    },
    "personas.fidelity": {"label_drift": 0, "p_value": 0.5, "corrected_p": 1.0},
    "personas.drift": {"control": 0.1, "written": 0.3, "shift": 0.2},
    "personas.associations": {"personas": 0.5, "population": 0.4, "difference": 0.1},
    "prompts.verdicts": {"controversial": True, "score": 0.9, "verdict_reason": "People differ."},
    "prompts.decisions": {"decided_by": "model", "kept": True},
    "prompts.topics": {"name": "Dogs", "prompts": 1, "train": 1, "held_out": 0},
    "prompts.classifier_quality": {"value": 0.5, "n_prompts": 0},
    "feedback.base_responses": {"text": "An answer."},
    "feedback.critiques": {"evaluation": "Too long.", "suggestions": "Shorten it."},
    "feedback.revisions": {"text": "A better answer."},
    "feedback.preference_pairs": {"chosen": "Short.", "rejected": "Rather longer."},
    "feedback.judgements": {"revision_side": "A", "choice": "A", "prefers_revision": True},
    "feedback.repeats": {"evaluation": "Too long.", "suggestions": "Shorten it.", "text": "A better answer."},
    "feedback.rejudgements": {"week": "2026-W47", "revision_side": "A", "choice": "A", "same": True},
    "feedback.judge_drift": {"week": "2026-W47", "agreement": 0.9},
    "feedback.pair_quality": {"verdict": "good", "similarity": 0.5},
    "feedback.independence": {
        "mutual_information": 0.02,
        "expected_by_chance": 0.02,
        "p_value": 0.5,
        "corrected_p": 1.0,
        "verdict": "independent",
    },
    "feedback.judge_agreement": {"value": 0.9, "low": 0.8, "high": 0.95, "confidence": 0.95},
    "feedback.diversity": {"effect": 0.2, "low": 0.1, "high": 0.3, "confidence": 0.95},
    "agreement.ratings": {"choice": "A"},
    "agreement.human_ratings": {"item_id": "item-1", "choice": "A"},
    "agreement.scores": {"value": 0.5, "low": 0.4, "high": 0.6},
    "agreement.subgroup_scores": {"value": 0.5, "low": 0.4, "high": 0.6},
    "agreement.kappa_matrix": {"kappa": 0.5, "low": 0.4, "high": 0.6},
    "agreement.variance": {"variance": 0.1, "share": 0.5, "low": 0.4, "high": 0.6},
    "agreement.leave_one_out": {"kappa_low": 0.4, "kappa_high": 0.6},
    "agreement.majorities": {"n_ratings": 4, "n_a": 3, "n_b": 1, "majority": "A"},
    "agreement.leave_one_out_choices": {"choice": "A"},
    "agreement.alt_test": {"winning_rate": 1.0},
    "bench.answers": {"text": "An answer."},
    "bench.scores": {
        "n_items": 3,
        "n_scored": 2,
        "n_unscored": 1,
        "n_success": 1,
        "accuracy": 0.5,
        "judge": "one",
        "judged_model": "another",
        "human_reason": "no human verdicts",
    },
    "bench.subtlety": {"subtle": True},
    "bench.pass_at_k": {"value": 0.5, "low": 0.4, "high": 0.6},
    "bench.comparisons": {"difference": 0.1, "low": -0.1, "high": 0.3},
    "bench.leaderboard": {"accuracy": 0.5, "rank_best": 1, "rank_worst": 2},
    "bench.intersections": {"accuracy": 0.5, "low": 0.4, "high": 0.6},
    "bench.leave_one_out_answers": {"text": "An answer."},
    "bench.leave_one_out_verdicts": {"needs_revision": False},
    "bench.leave_one_out": {"difference": 0.1, "low": -0.1, "high": 0.3},
    "bench.summary_drops": {"n_summaries": 2, "n_dropped": 1, "share": 0.5},
}
