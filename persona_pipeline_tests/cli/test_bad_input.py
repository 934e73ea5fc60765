"""Files that cannot be used: one clear error, last, exit code 1, and the tables as they were."""

from pathlib import Path

import pytest

from persona_pipeline_tests.cli.extracts import (
    PERSONS,
    PERSONS_CSV,
    csv_text,
    tiny_extract,
    with_value,
    without,
    write_zip,
)
from persona_pipeline_tests.cli.published import Published, published
from persona_pipeline_tests.cli.running import Said, cli, refused, scalar, unchanged

INSIDE = f"{PERSONS}/{PERSONS_CSV}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


def census_of(folder: Path, database: Path, *options: str) -> Said:
    """Reads the census files of a folder, leaving a warehouse as it was."""
    with unchanged(database):
        return cli("run", "--select", "group:census", "--pums", folder, "--database", database, *options)


def prompts_of(path: Path, database: Path) -> Said:
    with unchanged(database):
        return cli("run", "--select", 'key:"prompts/candidates"', "--prism", path, "--database", database)


def test_a_tiny_extract_that_nobody_broke_is_read(tmp_path):
    """The control of every test below."""
    folder, database = tiny_extract(tmp_path / "pums"), tmp_path / "p.duckdb"
    said = cli("run", "--select", 'key:"census/persons"', "--pums", folder, "--database", database)
    assert said.exit_code == 0, said.everything
    assert scalar(database, "SELECT count(*) FROM census.persons") == 200


def test_missing_columns_are_named_with_file_and_remedy(made, tmp_path):
    folder = tiny_extract(tmp_path / "pums", without("ANC1P", "PWGTP"))
    said = census_of(folder, made.database)
    refused(said, "census.persons", INSIDE, "PWGTP", "ANC1P", "are missing", "Check that the vintage fits")


def test_a_renamed_column_is_a_missing_one(made, tmp_path):
    def rename(rows):
        return [{("SEKS" if name == "SEX" else name): value for name, value in row.items()} for row in rows]

    said = census_of(tiny_extract(tmp_path / "pums", rename), made.database)
    refused(said, INSIDE, "the column SEX is missing", "expected the columns of this vintage's files")


def test_what_depended_on_a_failure_is_named_as_not_materialized(made, tmp_path):
    said = census_of(tiny_extract(tmp_path / "pums", without("SEX")), made.database)
    missing = said.err.split("not materialized: ")[1].split("\n")[0].split(", ")
    assert {"census.persons", "census.households", "census.population", "census.margins"} <= set(missing)


def test_an_unknown_code_is_named_with_file_line_column_and_codebook(made, tmp_path):
    said = census_of(tiny_extract(tmp_path / "pums", with_value(7, "SEX", "3")), made.database)
    refused(said, f"{INSIDE} line 7, column SEX", "SEX is '3'", "expected one of 1, 2", "add the code to", "2023.csv")


def test_a_weight_that_is_no_number_is_named_with_its_line(made, tmp_path):
    said = census_of(tiny_extract(tmp_path / "pums", with_value(3, "PWGTP", "many")), made.database)
    refused(said, f"{INSIDE} line 3, column PWGTP", "PWGTP is 'many'", "expected a whole number")


def test_the_same_person_twice_is_named(made, tmp_path):
    said = census_of(tiny_extract(tmp_path / "pums", lambda rows: [*rows, rows[0]]), made.database)
    refused(said, "line 202", "the same SERIALNO and SPORDER", "line 2", "Read each state once")


def test_files_of_another_year_are_refused_by_their_serial_numbers(made, tmp_path):
    def of_2022(rows):
        return [{**row, "SERIALNO": row["SERIALNO"].replace("2023", "2022", 1)} for row in rows]

    said = census_of(tiny_extract(tmp_path / "pums", of_2022), made.database)
    refused(said, "is of 2022", "the vintage chosen is 2023-1yr", "Choose a vintage of 2022")


def test_an_empty_file_is_refused(made, tmp_path):
    folder = tiny_extract(tmp_path / "pums")
    (folder / PERSONS).write_bytes(b"")
    refused(census_of(folder, made.database), str(folder / PERSONS), "no whole zip", "fetch it again")


def test_a_csv_without_a_header_or_without_rows_is_refused(made, tmp_path):
    folder = tiny_extract(tmp_path / "pums")
    write_zip(folder / PERSONS, {PERSONS_CSV: ""})
    refused(census_of(folder, made.database), INSIDE, "no CSV file with a header", "expected a Census CSV")


def test_a_truncated_zip_is_refused(made, tmp_path):
    folder = tiny_extract(tmp_path / "pums")
    whole = (folder / PERSONS).read_bytes()
    (folder / PERSONS).write_bytes(whole[: len(whole) // 2])
    refused(census_of(folder, made.database), str(folder / PERSONS), "no whole zip", "fetch it again")


@pytest.mark.parametrize("name", ["../psam_pus.csv", "/tmp/psam_pus.csv", "..\\psam_pus.csv", "C:psam_pus.csv"])
def test_a_zip_with_path_tricks_is_refused_and_nothing_is_unpacked(name, made, tmp_path):
    folder = tiny_extract(tmp_path / "pums")
    write_zip(folder / PERSONS, {name: csv_text([{"SERIALNO": "1"}])})
    said = census_of(folder, made.database)
    refused(said, str(folder / PERSONS), "points outside of it", "Do not use this zip")
    assert [path.name for path in tmp_path.rglob("psam*")] == []


def test_a_folder_that_is_not_there_is_named(made, tmp_path):
    refused(census_of(tmp_path / "nowhere", made.database), str(tmp_path / "nowhere"), "there is no such folder")


def test_a_state_that_is_not_in_the_folder_lists_those_that_are(made, tmp_path):
    said = census_of(tiny_extract(tmp_path / "pums"), made.database, "--states", "wy")
    refused(said, "no person zip for wy", "expected csv_pwy.zip", "There is: us")


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (['{"conversation_id": "c1", "user_id": "u", "opening_prompt"'], ["line 2", "not valid JSON"]),
        (["[1, 2]"], ["line 2", "not an object"]),
        (['{"conversation_id": "c1", "user_id": "u"}'], ["line 2", "the field opening_prompt is missing"]),
        (['{"conversation_id": "c0", "opening_prompt": "Twice?"}'], ["line 2", "'c0' is already on line 1"]),
    ],
)
def test_a_line_of_prompts_that_cannot_be_used_is_named(lines, parts, made, tmp_path):
    path = tmp_path / "conversations.jsonl"
    good = '{"conversation_id": "c0", "user_id": "u", "opening_prompt": "Is it right to eat meat?"}'
    path.write_text("\n".join([good, *lines]) + "\n", "utf-8")
    refused(prompts_of(path, made.database), str(path), *parts)


def test_an_empty_file_of_prompts_is_refused(made, tmp_path):
    path = tmp_path / "conversations.jsonl"
    path.write_text("", "utf-8")
    refused(prompts_of(path, made.database), str(path), "the file is empty", "conversation_id")


def test_a_file_of_prompts_that_is_not_there_is_named(made, tmp_path):
    said = prompts_of(tmp_path / "nowhere.jsonl", made.database)
    refused(said, str(tmp_path / "nowhere.jsonl"), "cannot be read", "Check the path")
