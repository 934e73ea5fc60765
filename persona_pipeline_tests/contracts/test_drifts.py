"""Every comparison with the last release: figures that pass, that warn, and that keep a table out."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from persona_pipeline.assets.drifting import compared_with_last, figures_of
from persona_pipeline.errors import ConfigError
from persona_pipeline.quality import CheckOutcome, Verdict
from persona_pipeline.quality.drift import MEANT
from persona_pipeline.quality.drifts import DRIFTS
from persona_pipeline.quality.rules import CHECKS
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.tables import TABLES, Table
from persona_pipeline.warehouse.file import Publication
from persona_pipeline_tests.rows import good_frame

Columns = dict[str, Any]
HALF, TWELVE, FIFTEEN = ([True] * n + [False] * (20 - n) for n in (10, 12, 15))  # of 20: 50 %, 60 %, 75 %


def sexes(women: int) -> Columns:
    return {"sex": ["Female"] * women + ["Male"] * (20 - women)}


def verdicts(kept: int) -> Columns:
    return {"verdict": ["good"] * kept + ["dropped"] * (20 - kept)}


def lengths(characters: int) -> Columns:
    return {"chosen": "x" * characters, "rejected": "y" * 100}


def prefers(share: float) -> Columns:
    return {"measure": "prefers_revision", "grouping": "all", "value": share}


def scores(value: float) -> Columns:
    return {"comparison": "all_humans", "metric": "raw_agreement", "value": value}


EXAMPLES: dict[str, tuple[int, Columns, Columns, Columns]] = {
    "census.margins": (2, {"share": [0.5, 0.5]}, {"share": [0.55, 0.45]}, {"share": [0.7, 0.3]}),
    "personas.personas": (20, sexes(10), sexes(12), sexes(15)),
    "personas.consistency": (20, {"consistent": HALF}, {"consistent": TWELVE}, {"consistent": FIFTEEN}),
    "prompts.decisions": (20, {"kept": HALF}, {"kept": TWELVE}, {"kept": FIFTEEN}),
    "feedback.pair_quality": (20, verdicts(10), verdicts(12), verdicts(15)),
    "feedback.preference_pairs": (20, lengths(100), lengths(120), lengths(150)),
    "feedback.judge_agreement": (1, prefers(0.9), prefers(0.85), prefers(0.7)),
    "agreement.scores": (20, scores(0.5), scores(0.6), scores(0.7)),
}
"""How many rows, and what they hold in the last release, in one that changed a little, and in one that changed much."""


def rows(table: Table, count: int, columns: Columns) -> pd.DataFrame:
    return table.conform(good_frame(table, count).assign(**columns))


def published(folder: Path, frame: pd.DataFrame, table: Table, **settings: Any) -> Warehouse:
    warehouse = Warehouse(path=str(folder / "p.duckdb"), **settings)
    warehouse.file.publish(Publication(table, frame, "run-before"))
    return warehouse


def compared(table: Table, frame: pd.DataFrame, warehouse: Warehouse, shards: Any = None) -> CheckOutcome:
    (check,) = compared_with_last(Verdict(table, frame, ()), frame, warehouse, shards).checks
    return check


def test_every_comparison_has_its_examples_and_a_name_of_its_own() -> None:
    assert set(EXAMPLES) == set(DRIFTS)
    for path, drift in DRIFTS.items():
        assert drift.table.path == path
        suite = {rule.check for rule in SUITES.get(path)(None)} if path in SUITES else set()
        assert drift.check not in suite | set(CHECKS)


@pytest.mark.parametrize("path", EXAMPLES)
def test_a_table_passes_warns_or_is_kept_out_by_how_much_its_figures_changed(path: str, tmp_path: Path) -> None:
    table, (count, before, a_little, too_much) = TABLES.get(path), EXAMPLES[path]
    last = rows(table, count, before)
    warehouse = published(tmp_path, last, table, drift="keep_out")
    found = [compared(table, rows(table, count, each), warehouse) for each in (before, a_little, too_much)]
    assert [(check.passed, check.rejects) for check in found] == [(True, False), (False, False), (False, True)]
    assert "If it is meant" in found[2].message
    meant = Warehouse(path=warehouse.path, drift="keep_out", drift_accepted=MEANT)
    usual = Warehouse(path=warehouse.path)
    for lenient in (meant, usual):
        check = compared(table, rows(table, count, too_much), lenient)
        assert (check.passed, check.rejects, check.severity) == (False, False, "warn")


DECISIONS = TABLES.get("prompts.decisions")


def test_the_first_release_has_nothing_before_it_and_its_figures_are_plotted(tmp_path: Path) -> None:
    frame = rows(DECISIONS, 20, {"kept": HALF})
    verdict = compared_with_last(Verdict(DECISIONS, frame, ()), frame, Warehouse(path=str(tmp_path / "p.duckdb")), None)
    assert verdict.checks[0].passed
    assert verdict.checks[0].note == "this is the first release"
    assert figures_of(verdict) == {"keep_rate_as_before/kept": 0.5}


def test_invented_data_is_not_compared_with_real_data(tmp_path: Path) -> None:
    warehouse = published(tmp_path, rows(DECISIONS, 20, {"kept": HALF, "simulated": True}), DECISIONS, drift="keep_out")
    check = compared(DECISIONS, rows(DECISIONS, 20, {"kept": FIFTEEN, "simulated": False}), warehouse)
    assert check.passed
    assert "invented" in check.note


def test_a_level_that_is_new_or_gone_counts_with_its_whole_share(tmp_path: Path) -> None:
    margins, halves = TABLES.get("census.margins"), {"attribute": "sex", "share": [0.5, 0.5]}
    warehouse = published(tmp_path, rows(margins, 2, {**halves, "level": ["a", "b"]}), margins)
    check = compared(margins, rows(margins, 2, {**halves, "level": ["a", "c"]}), warehouse)
    assert check.changes is not None
    assert check.changes[["figure", "before", "now", "change"]].values.tolist() == [
        ["sex: a", 0.5, 0.5, 0.0],
        ["sex: b", 0.5, 0.0, 0.5],
        ["sex: c", 0.0, 0.5, 0.5],
    ]
    assert check.failed_rows == (1, 2)


def test_a_shard_is_compared_with_its_own_rows_of_the_last_release(tmp_path: Path) -> None:
    pairs = TABLES.get("feedback.preference_pairs")
    of = {"persona_id": ["persona-0a", "persona-1a"], "rejected": "y" * 100}
    warehouse = published(tmp_path, rows(pairs, 2, {**of, "chosen": ["x" * 50, "x" * 500]}), pairs)
    candidate = rows(pairs, 1, {"persona_id": "persona-0a", "chosen": "x" * 50, "rejected": "y" * 100})
    assert compared(pairs, candidate, warehouse, ("0",)).passed
    assert not compared(pairs, candidate, warehouse).passed


def test_limits_are_settings_and_two_numbers_in_order(tmp_path: Path) -> None:
    limits = {"prompts.decisions": [0.5, 0.6]}
    warehouse = published(tmp_path, rows(DECISIONS, 20, {"kept": HALF}), DECISIONS, drift_limits=limits)
    assert compared(DECISIONS, rows(DECISIONS, 20, {"kept": FIFTEEN}), warehouse).passed
    wrong = Warehouse(path=warehouse.path, drift_limits={"prompts.decisions": [0.6, 0.5]})
    with pytest.raises(ConfigError, match=r"drift_limits of prompts.decisions.*two numbers"):
        compared(DECISIONS, rows(DECISIONS, 20, {"kept": HALF}), wrong)
