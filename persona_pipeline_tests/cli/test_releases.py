"""releases, diff and restore, as somebody types them."""

import json
from pathlib import Path

import pytest

from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline_tests.cli.running import cli, refused
from persona_pipeline_tests.rows import good_frame


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two prompts by one run, then three by another; what the first one left is kept."""
    file = WarehouseFile(tmp_path / "p.duckdb", keep=3)
    for run, count in (("monday0", 2), ("tuesday", 3)):
        file.publish(Publication(CANDIDATES, good_frame(CANDIDATES, count), run, checks_passed=7, checks_warned=1))
    return file.path


def kept_name(database: Path) -> str:
    said = json.loads(cli("releases", "--database", database, "--json").out)
    [kept] = said["kept"]
    return str(kept["name"])


def test_releases_says_rows_checks_content_and_run_of_each_table_and_what_is_kept(database: Path) -> None:
    said = cli("releases", "--database", database)
    assert said.exit_code == 0, said.everything
    [line] = [line for line in said.out.splitlines() if "prompts.candidates" in line]
    assert [word for word in line.split() if word in ("3", "7", "+1", "tuesday")] == ["3", "7", "+1", "tuesday"]
    assert f"kept: {kept_name(database)}" in said.out
    history = json.loads(cli("releases", "--database", database, "--table", CANDIDATES.path, "--json").out)
    assert [one["n_rows"] for one in history["releases"]] == [2, 3]
    assert len({one["content"] for one in history["releases"]}) == 2


def test_diff_compares_a_kept_file_with_the_present_one(database: Path) -> None:
    name = kept_name(database)
    said = cli("diff", name[:20], "--database", database)
    assert said.exit_code == 0, said.everything
    assert "prompts.candidates  2 → 3 rows: 1 added" in said.out
    assert "1 of 1 tables differ" in said.out
    [table] = json.loads(cli("diff", name, "now", "--database", database, "--json").out)["tables"]
    assert table["rows"]["added"] == 1
    assert table["checks"] == [[7, 1], [7, 1]]


def test_restore_puts_it_back_and_can_be_taken_back(database: Path) -> None:
    said = cli("restore", kept_name(database), "--database", database)
    assert said.exit_code == 0, said.everything
    assert len(WarehouseFile(database).read(CANDIDATES)) == 2
    undo = said.out.split("it is kept as ")[1].splitlines()[0].strip()
    assert cli("restore", undo, "--database", database).exit_code == 0
    assert len(WarehouseFile(database).read(CANDIDATES)) == 3


def test_a_name_that_nothing_has_lists_what_is_kept(database: Path) -> None:
    said = cli("diff", "june", "--database", database)
    refused(said, "'june' is no file that is kept", kept_name(database), "PERSONA_KEEP")


def test_a_setting_that_is_no_number_is_named(database: Path) -> None:
    refused(cli("releases", "--database", database, PERSONA_KEEP="many"), "PERSONA_KEEP: it is 'many'", "such as 3")
