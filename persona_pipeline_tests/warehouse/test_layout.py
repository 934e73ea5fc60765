"""Files of another layout or with tables of another version: brought up to date, refused, or named."""

from pathlib import Path

import duckdb
import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.migrations import Migration
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.warehouse import WarehouseFile, layout
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.replacing import log_path
from persona_pipeline_tests.rows import good_frame
from persona_pipeline_tests.warehouse.tables import LETTERS, letters

FIRST = Migration(1, "The tables of 0.1.0.")
SECOND = Migration(
    2,
    "Letters are in the schema post, not in mail.",
    ("CREATE SCHEMA IF NOT EXISTS post", "CREATE TABLE post.letters AS FROM mail.letters", "DROP TABLE mail.letters"),
)
WRONG = Migration(2, "It cannot work.", ("DROP TABLE post.letters", "DROP TABLE nobody.knows"))


@pytest.fixture
def warehouse(tmp_path: Path) -> WarehouseFile:
    return WarehouseFile(tmp_path / "w.duckdb")


def steps_are(monkeypatch: pytest.MonkeyPatch, *migrations: Migration) -> None:
    monkeypatch.setattr(layout, "MIGRATIONS", migrations)


def changed_by_hand(path: Path, *statements: str) -> None:
    log_path(path).unlink()  # the guard, which lets nobody write
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def layouts(warehouse: WarehouseFile) -> list[int]:
    return [row[0] for row in warehouse.rows("SELECT number FROM ops.migrations ORDER BY number")[1]]


def test_a_new_file_says_that_it_has_this_programs_layout(warehouse: WarehouseFile) -> None:
    warehouse.publish(Publication(LETTERS, letters(2), "run-1"))
    assert layouts(warehouse) == [1]


def test_a_file_of_the_layout_before_is_brought_up_to_date_when_it_is_read(
    warehouse: WarehouseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.publish(Publication(LETTERS, letters(2), "run-1"))
    moved = ("CREATE SCHEMA mail", "CREATE TABLE mail.letters AS FROM post.letters", "DROP TABLE post.letters")
    changed_by_hand(warehouse.path, *moved)
    steps_are(monkeypatch, FIRST, SECOND)
    assert warehouse.read(LETTERS)["letter_id"].tolist() == ["l0", "l1"]
    assert layouts(warehouse) == [1, 2]
    assert warehouse.rows("SELECT count(*) FROM ops.releases")[1] == [(1,)]


def test_a_new_file_takes_no_steps(warehouse: WarehouseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    steps_are(monkeypatch, FIRST, SECOND)
    warehouse.publish(Publication(LETTERS, letters(2), "run-1"))
    assert layouts(warehouse) == [1, 2]


def test_a_step_that_fails_leaves_the_file_as_it_was(warehouse: WarehouseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.publish(Publication(LETTERS, letters(2), "run-1"))
    before = warehouse.path.read_bytes()
    steps_are(monkeypatch, FIRST, WRONG)
    with pytest.raises(WarehouseError, match="nobody"):
        warehouse.read(LETTERS)
    assert warehouse.path.read_bytes() == before


def test_a_file_of_a_newer_program_is_neither_read_nor_changed(
    warehouse: WarehouseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        steps_are(newer, FIRST, SECOND)
        warehouse.publish(Publication(LETTERS, letters(2), "run-1"))
    before = warehouse.path.read_bytes()
    refusal = "the warehouse file has layout 2, newer than this program; expected layout 1 or an older one"
    with pytest.raises(WarehouseError, match=refusal):
        warehouse.read(LETTERS)
    with pytest.raises(WarehouseError, match=refusal):
        warehouse.publish(Publication(LETTERS, letters(3), "run-2"))
    assert warehouse.path.read_bytes() == before


def test_a_table_without_a_column_of_this_version_is_named_with_the_command_that_makes_it_anew(
    warehouse: WarehouseFile,
) -> None:
    warehouse.publish(Publication(CANDIDATES, good_frame(CANDIDATES), "run-1"))
    changed_by_hand(warehouse.path, "ALTER TABLE prompts.candidates DROP COLUMN licence")
    command = "persona-pipeline run --select 'key:\"prompts/candidates\"'"
    with pytest.raises(WarehouseError) as caught:
        warehouse.read(CANDIDATES)
    assert "the table prompts.candidates was made by another version: it has no column licence" in str(caught.value)
    assert command in str(caught.value)
    with pytest.raises(WarehouseError) as caught:
        warehouse.query("SELECT licence FROM prompts.candidates")
    assert command in str(caught.value)
    warehouse.publish(Publication(CANDIDATES, good_frame(CANDIDATES), "run-2"))
    assert len(warehouse.read(CANDIDATES)) == 2
