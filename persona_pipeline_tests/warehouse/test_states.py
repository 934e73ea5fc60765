"""Files kept as earlier runs left them: which, how many, found by name, restored."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.states import found, kept_files
from persona_pipeline_tests.warehouse.tables import LETTERS, letters

NOON = datetime.datetime(2026, 1, 2, 12)  # noqa: DTZ001  # DuckDB keeps UTC without saying so


def at(warehouse: WarehouseFile, hour: int) -> WarehouseFile:
    return replace(warehouse, now=lambda: NOON.replace(hour=hour))


@pytest.fixture
def warehouse(tmp_path: Path) -> WarehouseFile:
    """Three runs, at 1, at 2 and 3, and at 4 o'clock; they leave 1, 3 and 4 letters."""
    file = WarehouseFile(tmp_path / "w.duckdb", lock_timeout_s=0.5, keep=2)
    for hour, run, count in ((1, "one", 1), (2, "two", 2), (3, "two", 3), (4, "three", 4)):
        at(file, hour).publish(Publication(LETTERS, letters(count), run, checks_passed=count))
    return file


def test_what_a_run_left_is_kept_when_the_next_run_publishes_and_nothing_in_between(warehouse: WarehouseFile) -> None:
    assert [kept.stem for kept in kept_files(warehouse.path)] == [
        "20260102T010000.000000-one",
        "20260102T030000.000000-two",
    ]
    counts = [len(WarehouseFile(kept).read(LETTERS)) for kept in kept_files(warehouse.path)]
    assert counts == [1, 3]


def test_the_oldest_goes_when_there_are_more_than_are_to_be_kept(warehouse: WarehouseFile) -> None:
    at(warehouse, 5).publish(Publication(LETTERS, letters(5), "four"))
    assert [kept.stem[-5:] for kept in kept_files(warehouse.path)] == ["0-two", "three"]


def test_nothing_is_kept_unless_asked_for(tmp_path: Path) -> None:
    file = WarehouseFile(tmp_path / "w.duckdb")
    for run in ("one", "two"):
        file.publish(Publication(LETTERS, letters(1), run))
    assert kept_files(file.path) == []


def test_restoring_brings_the_tables_back_and_says_so_in_their_history(warehouse: WarehouseFile) -> None:
    at(warehouse, 9).restore(found(warehouse.path, "20260102T03"))
    assert len(warehouse.read(LETTERS)) == 3
    history = warehouse.query("SELECT released_at, n_rows, run_id FROM ops.releases ORDER BY ALL")
    assert history["released_at"].dt.hour.tolist() == [1, 2, 3, 4, 9]
    assert history["n_rows"].tolist() == [1, 2, 3, 4, 3]
    assert history["run_id"].iloc[-1] == "restored-20260102T030000.000000-two"
    at(warehouse, 10).publish(Publication(LETTERS, letters(6), "five"))  # and it goes on from there
    assert len(warehouse.read(LETTERS)) == 6


def test_what_was_replaced_by_restoring_can_be_restored(warehouse: WarehouseFile) -> None:
    at(warehouse, 9).restore(found(warehouse.path, "20260102T01"))
    assert len(warehouse.read(LETTERS)) == 1
    at(warehouse, 10).restore(found(warehouse.path, "20260102T04"))
    assert len(warehouse.read(LETTERS)) == 4


def test_a_name_that_is_none_or_several_lists_what_there_is(warehouse: WarehouseFile, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"'2026' is the beginning of several names.*-one, .*-two"):
        found(warehouse.path, "2026")
    with pytest.raises(WarehouseError, match="'june' is no file that is kept"):
        found(warehouse.path, "june")
    assert found(warehouse.path, "now") == warehouse.path
    assert found(tmp_path / "other.duckdb", str(warehouse.path)) == warehouse.path
