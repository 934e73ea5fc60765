"""The gate on staged candidates: the same rules, told the same way, whoever runs them."""

from collections.abc import Iterator

import pandas as pd
import pytest

from persona_pipeline.quality import admit, staged
from persona_pipeline.quality.rules import row_rule
from persona_pipeline.schemas import dictionary  # noqa: F401  (imports every schema)
from persona_pipeline.schemas.tables import TABLES, Table
from persona_pipeline.warehouse.staging import StagedRows, Staging, staging
from persona_pipeline_tests.contracts.test_tables import SUITE_BREAKS
from persona_pipeline_tests.rows import good_frame, references

PERSONS = TABLES.get("census.persons")
POPULATION = TABLES.get("census.population")


@pytest.fixture(scope="module")
def sql() -> Iterator[Staging]:
    with staging() as engine:
        yield engine


@pytest.fixture(autouse=True)
def every_candidate_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged, "ROW_LIMIT", 0)


def on_disk(sql: Staging, table: Table, frame: pd.DataFrame) -> StagedRows:
    sql.connection.register("given", table.conform(frame))
    sql.run(f"CREATE OR REPLACE TABLE rows_of_{table.name} AS SELECT * FROM given")
    return sql.staged(table, f"SELECT * FROM rows_of_{table.name}")


@pytest.mark.parametrize("table", [table for _, table in TABLES.items()], ids=lambda table: table.path)
def test_good_rows_are_admitted_on_disk_as_in_memory(sql: Staging, table: Table) -> None:
    good = good_frame(table)
    verdict = staged.admit_staged(on_disk(sql, table, good), references(good))
    assert verdict.admitted, verdict.summary
    assert all(check.passed for check in verdict.checks)
    assert verdict.n_rows == len(good)


BROKEN = [
    (PERSONS, "required_values", {"serialno": None}),
    (PERSONS, "key_is_unique", {"person_id": "the same"}),
    (PERSONS, "within_bounds", {"agep": 121}),
    (PERSONS, "within_bounds", {"pwgtp": -1}),
    (PERSONS, "well_formed_text", {"puma": "1"}),
    (PERSONS, "some_weight", SUITE_BREAKS["census.persons", "some_weight"]),
    (POPULATION, "nulls_have_reasons", SUITE_BREAKS["census.population", "nulls_have_reasons"]),
    (POPULATION, "dictionary_labels", SUITE_BREAKS["census.population", "dictionary_labels"]),
    (TABLES.get("census.margins"), "shares_sum_to_one", SUITE_BREAKS["census.margins", "shares_sum_to_one"]),
    (TABLES.get("census.pair_margins"), "shares_sum_to_one", {"share": [0.5, 0.4, 0.1 - 1e-8]}),
    (TABLES.get("census.households"), "known_levels", {"household_type_origin": "guessed"}),
]


@pytest.mark.parametrize(("table", "check", "change"), BROKEN, ids=lambda value: getattr(value, "path", str(value)))
def test_both_ways_reject_the_same_rows_for_the_same_rules(
    sql: Staging, table: Table, check: str, change: dict
) -> None:
    frame = good_frame(table, 3).assign(**change)
    in_memory, on_file = admit(table, frame), staged.admit_staged(on_disk(sql, table, frame))
    failed = {c.check: len(c.failed_rows) for c in in_memory.checks if not c.passed}
    assert check in failed
    assert {c.check: len(c.failed_rows) for c in on_file.checks if not c.passed} == failed
    assert not on_file.admitted


def test_a_message_counts_all_rows_and_shows_some(sql: Staging) -> None:
    frame = good_frame(PERSONS, 3)
    frame.loc[1, "agep"] = 140
    verdict = staged.admit_staged(on_disk(sql, PERSONS, frame))
    assert "within_bounds: agep: 1 of 3 rows, such as 140" in verdict.summary
    assert verdict.rejected_rows[["agep", "failed_rules"]].values.tolist() == [[140, "within_bounds: agep"]]


def test_too_few_rows_are_not_admitted(sql: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged, "ROW_LIMIT", -1)
    assert "has_rows: observed 0" in staged.admit_staged(on_disk(sql, PERSONS, good_frame(PERSONS).iloc[:0])).summary


def test_a_claim_that_compares_rows_and_has_no_sql_is_not_taken_for_checked(
    sql: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = row_rule("ascending", "Ages ascend.", lambda rows, _: rows["agep"].diff().fillna(0) >= 0, across_rows=True)
    monkeypatch.setattr(staged, "all_rules", lambda *_: [claim])
    verdict = staged.admit_staged(on_disk(sql, PERSONS, good_frame(PERSONS, 1)))
    assert "ascending (not checked: it compares rows" in verdict.summary


def test_a_label_that_no_dictionary_has_is_shown(sql: Staging) -> None:
    verdict = staged.admit_staged(on_disk(sql, POPULATION, good_frame(POPULATION, 3).assign(sex="Woman")))
    assert "dictionary_labels: 3 of 3 rows, such as sex: 'Woman'" in verdict.summary


def test_a_rule_without_sql_is_not_taken_for_passed(sql: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(staged.CONDITIONS, "ExpectColumnValuesToMatchRegex")
    verdict = staged.admit_staged(on_disk(sql, PERSONS, good_frame(PERSONS)))
    assert "ExpectColumnValuesToMatchRegex has no SQL" in verdict.summary


def test_a_claim_sees_every_chunk(sql: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = good_frame(PERSONS, 5000).assign(agep=range(5000)).assign(agep=lambda f: f["agep"] % 100)
    claim = row_rule("odd", "No age is 99.", lambda rows, _: rows["agep"] != 99)
    monkeypatch.setattr(staged, "CHUNK", 2048)
    monkeypatch.setattr(staged, "all_rules", lambda *_: [claim])
    assert "odd: 50 of 5000 rows" in staged.admit_staged(on_disk(sql, PERSONS, frame)).summary


def test_a_small_candidate_is_judged_in_memory(sql: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged, "ROW_LIMIT", 10)
    verdict = staged.admit_staged(on_disk(sql, PERSONS, good_frame(PERSONS, 3)))
    assert verdict.admitted
    assert len(verdict.frame) == 3
