"""query and dictionary, as a user types them."""

import csv
import io
import json

import duckdb
import pytest
import yaml

from persona_pipeline.schemas.dictionary import data_dictionary
from persona_pipeline_tests.cli.running import cli, refused

BIG = 9_007_199_254_740_993  # 2**53 + 1: the first whole number that a float cannot hold
AWKWARD = f"""SELECT {BIG} AS big, NULL AS nothing, 'she said "no", [bold]twice' AS said UNION ALL SELECT 1, 2, 'x'"""


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("query") / "p.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE numbers AS SELECT range AS n FROM range(250)")
    return path


def test_a_table_shows_values_as_they_are(database):
    said = cli("query", AWKWARD, "--database", database)
    assert said.exit_code == 0
    assert str(BIG) in said.out
    assert 'she said "no", [bold]twice' in said.out
    assert "None" not in said.out
    assert "2 rows" in said.out


def test_a_table_says_how_many_rows_it_leaves_out(database):
    said = cli("query", "FROM numbers ORDER BY n", "--database", database, "--max-rows", 3)
    assert "250 rows, 3 shown" in said.out
    assert " 2 " in said.out
    assert " 3 " not in said.out.replace("3 shown", "")


def test_csv_keeps_big_numbers_quotes_and_nulls(database):
    said = cli("query", AWKWARD, "--database", database, "--format", "csv")
    rows = list(csv.reader(io.StringIO(said.out)))
    assert rows[0] == ["big", "nothing", "said"]
    assert sorted(rows[1:]) == [["1", "2", "x"], [str(BIG), "", 'she said "no", [bold]twice']]


def test_json_keeps_big_numbers_quotes_and_nulls(database):
    said = cli("query", AWKWARD, "--database", database, "--format", "json")
    rows = json.loads(said.out)
    assert {"big": BIG, "nothing": None, "said": 'she said "no", [bold]twice'} in rows


@pytest.mark.parametrize("format", ["csv", "json"])
def test_csv_and_json_show_every_row(format, database):
    said = cli("query", "FROM numbers", "--database", database, "--format", format)
    rows = json.loads(said.out) if format == "json" else said.out.splitlines()[1:]
    assert len(rows) == 250


def test_a_query_without_rows_keeps_its_header(database):
    assert cli("query", "FROM numbers WHERE n < 0", "--database", database, "--format", "csv").out == "n\n"
    assert json.loads(cli("query", "FROM numbers WHERE n < 0", "--database", database, "--format", "json").out) == []


def test_a_wrong_query_is_explained(database):
    said = cli("query", "SELECT nobody FROM numbers", "--database", database)
    assert said.exit_code == 1
    assert "Traceback" not in said.everything
    assert "nobody" in said.err
    assert str(database) in said.err


def test_a_query_cannot_change_anything(database):
    before = database.read_bytes()
    said = cli("query", "DELETE FROM numbers", "--database", database)
    assert said.exit_code == 1
    assert "read-only" in said.err
    assert database.read_bytes() == before


def test_without_a_database_the_message_says_how_to_make_one(tmp_path):
    said = cli("query", "SELECT 1", "--database", tmp_path / "nowhere.duckdb")
    refused(said, str(tmp_path / "nowhere.duckdb"), "there is no warehouse file yet", "persona-pipeline run")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "notes.duckdb"
    path.write_text("not a database, but long enough to be read as one\n" * 200, "utf-8")
    refused(cli("query", "SELECT 1", "--database", path), str(path), "not a DuckDB database", "--database")


def test_the_database_is_found_by_its_variable(database):
    said = cli("query", "SELECT count(*) AS n FROM numbers", "--format", "csv", PERSONA_DUCKDB=str(database))
    assert said.out == "n\n250\n"


def test_the_dictionary_is_printed_as_it_is_in_the_documents():
    assert cli("dictionary").out == data_dictionary()


def test_no_command_shows_the_help():
    said = cli()
    assert "serve-simulated" in said.everything
    assert said.exit_code == 2


def test_a_home_for_dagster_tells_nobody_outside_anything(tmp_path):
    assert cli("prepare-home", tmp_path / "home").exit_code == 0
    assert "telemetry:\n  enabled: false" in (tmp_path / "home" / "dagster.yaml").read_text("utf-8")


def test_a_home_that_is_there_is_left_as_it_is(tmp_path):
    (tmp_path / "dagster.yaml").write_text("mine: true\n", "utf-8")
    cli("prepare-home", tmp_path)
    assert (tmp_path / "dagster.yaml").read_text("utf-8") == "mine: true\n"


def test_a_table_shows_no_character_that_commands_the_terminal(database):
    said = cli("query", "SELECT 'a' || chr(27) || '[2Jb' || chr(8238) || 'é' AS x", "--database", database)
    assert "a�[2Jb�é" in said.out
    assert "\x1b[2J" not in said.out


def test_a_home_with_postgres_names_a_variable_and_never_an_address(tmp_path):
    assert cli("prepare-home", tmp_path, "--postgres", "PERSONA_DAGSTER_POSTGRES").exit_code == 0
    written = yaml.safe_load((tmp_path / "dagster.yaml").read_text("utf-8"))
    assert written["storage"]["postgres"]["postgres_url"] == {"env": "PERSONA_DAGSTER_POSTGRES"}
    assert written["telemetry"] == {"enabled": False}
    said = cli("prepare-home", tmp_path / "other", "--postgres", "postgresql://u:canary@h/d")
    assert said.exit_code == 1
    assert "canary" not in said.everything
    refused(cli("prepare-home", tmp_path, "--postgres", "ANOTHER"), "dagster.yaml already")


def test_a_ledgers_password_is_refused_as_an_option_and_not_shown(tmp_path):
    for command in (("run", "--ledger", "postgresql://u:canary@h/d"), ("ledger", "show", "postgresql://u:canary@h/d")):
        said = cli(*command)
        assert said.exit_code == 1, said.everything
        assert "PERSONA_LEDGER" in said.everything
        assert "canary" not in said.everything
