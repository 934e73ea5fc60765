"""What Dagster records of a candidate that is admitted, one that is rejected, and a stage that breaks."""

import dagster as dg
import pandas as pd
import pytest

from persona_pipeline.assets.gated import Flow, as_markdown, key_of
from persona_pipeline.definitions import build
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.dictionary import EVERY_SCHEMA
from persona_pipeline.schemas.prompt import CANDIDATES, DECISIONS
from persona_pipeline.schemas.tables import TABLES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.assets.runs import (
    SELECTED,
    Run,
    bad_candidates,
    candidates_that_are,
    candidates_that_raise,
    run_candidates_and_decisions,
)

assert EVERY_SCHEMA  # imported, so that TABLES is complete
OURS = [table for _, table in TABLES.items() if table.path not in ("ops.releases", "ops.migrations")]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("gated") / "p.duckdb"


@pytest.fixture(scope="module")
def good(database) -> Run:
    return run_candidates_and_decisions(database)


@pytest.fixture(scope="module")
def rejected(database, good) -> Run:
    """A run after a good one, with two bad rows: 3 without a licence, 5 with the id of 4."""
    with candidates_that_are(bad_candidates()):
        return run_candidates_and_decisions(database)


def test_an_admitted_candidate_is_materialized_with_its_counts(good):
    assert good.success
    assert good.materialized() == [key_of(table) for table in SELECTED]
    metadata = good.metadata(DECISIONS)
    assert metadata["dagster/row_count"] == good.metadata(CANDIDATES)["dagster/row_count"]
    assert metadata["candidates_in"] == metadata["dagster/row_count"]
    assert metadata["simulated_rows"] > 0
    assert metadata["first_rows"].count("\n") == 6  # a head of two lines and five rows


def test_every_check_of_an_admitted_candidate_is_recorded_as_passed(good):
    asked = {spec.name for spec in _specs(CANDIDATES)}
    checks = good.checks(CANDIDATES)
    assert set(checks) == asked
    assert all(check.passed for check in checks.values())


def test_a_rejected_candidate_fails_the_run_and_is_not_materialized(rejected):
    assert not rejected.success
    assert rejected.materialized() == []
    assert "prompts.candidates: " in rejected.failure()
    assert "the last good prompts.candidates stands" in rejected.failure()


def test_the_failing_checks_say_that_the_candidate_was_rejected(rejected):
    failed = [check for check in rejected.checks(CANDIDATES).values() if not check.passed]
    assert failed
    assert all(check.description.startswith("candidate rejected: ") for check in failed)
    assert any("licence" in check.description for check in failed)
    assert any("prompt_id" in check.description for check in failed)


def test_the_failing_checks_show_the_failing_rows(rejected):
    failed = [check for check in rejected.checks(CANDIDATES).values() if not check.passed]
    shown = {
        record.data["row"]
        for check in failed
        for record in check.metadata["failed_rows"].records
        if isinstance(check.metadata["failed_rows"], dg.TableMetadataValue)
    }
    assert shown == {3, 4, 5}
    assert all(check.metadata["rows_failed"].value in (1, 2, 3) for check in failed)


def test_the_checks_that_hold_are_recorded_as_passed_even_then(rejected):
    assert any(check.passed for check in rejected.checks(CANDIDATES).values())


def test_rejected_rows_are_kept_with_the_rules_they_broke(rejected, database):
    rows = WarehouseFile(database).rows("SELECT licence, failed_rules, run_id FROM quarantine.prompts_candidates")[1]
    assert len(rows) == 3
    assert all(rules for _, rules, _ in rows)
    assert next(rules for licence, rules, _ in rows if licence is None) == "required_values"
    assert {run_id for *_, run_id in rows} == {rejected.result.run_id}


def test_the_last_good_table_stands(good, rejected, database):
    run_ids = WarehouseFile(database).rows("SELECT DISTINCT run_id FROM prompts.candidates")[1]
    assert run_ids == [(good.result.run_id,)]
    assert WarehouseFile(database).rows("SELECT count(*) FROM prompts.candidates WHERE licence IS NULL")[1] == [(0,)]


def test_what_depends_on_a_rejected_table_is_not_reached(rejected):
    assert rejected.skipped_or_not_reached(DECISIONS)


def test_an_error_of_ours_is_shown_as_its_sentence_and_nothing_is_written(good, database):
    before = database.read_bytes()
    with candidates_that_raise(InputError("it is bad", where="a.jsonl line 3", expected="good", fix="Mend it.")):
        run = run_candidates_and_decisions(database)
    assert not run.success
    assert run.failure() == "a.jsonl line 3: it is bad; expected good. Mend it."
    assert run.materialized() == []
    assert run.skipped_or_not_reached(DECISIONS)
    assert database.read_bytes() == before


def test_an_exception_that_nobody_foresaw_writes_nothing_either(good, database):
    before = database.read_bytes()
    with candidates_that_raise(ZeroDivisionError("division by zero")):
        run = run_candidates_and_decisions(database)
    assert not run.success
    assert "division by zero" in run.failure()
    assert run.materialized() == []
    assert database.read_bytes() == before


def test_a_candidate_without_one_of_its_columns_is_rejected_by_name(good, database):
    with candidates_that_are(bad_candidates().drop(columns=["licence"])):
        run = run_candidates_and_decisions(database)
    assert not run.success
    assert "licence" in run.failure()
    assert run.materialized() == []


def test_every_table_is_one_asset_with_columns_and_blocking_checks():
    graph = build().resolve_asset_graph()
    report = dg.AssetKey(["ops", "report"])  # a file, and no table
    assert {key_of(table) for table in OURS} | {report} == set(graph.toposorted_asset_keys)
    for table in OURS:
        node = graph.get(key_of(table))
        schema = node.metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == [*table.column_names, "run_id"], table.path
        assert all(column.description for column in schema.columns), table.path
        assert node.group_name == table.schema
        assert table.description in node.description
        assert _specs(table), table.path
        assert all(spec.blocking for spec in _specs(table)), table.path


@pytest.mark.parametrize("dropped", [{}, {"too short": 2}])
def test_rows_that_do_not_add_up_are_a_defect_of_ours(dropped):
    from persona_pipeline.assets.gated import _balance
    from persona_pipeline.quality import admit

    with pytest.raises(AssertionError, match="in ≠"):
        _balance(admit(CANDIDATES, bad_candidates()), Flow(10_000, "candidates", dropped))


def _specs(table):
    return [spec for definition in build().assets for spec in definition.check_specs if spec.asset_key == key_of(table)]


def test_text_in_a_rows_preview_is_text_and_no_markup_that_would_fetch_an_image():
    hostile = r"![x](http://evil.example/a.png) \[y](http://evil.example) <img src=x> a|b `c`"
    shown = as_markdown(pd.DataFrame({"text": [hostile]})).splitlines()[-1]
    assert shown == (r"| !\[x\](http://evil.example/a.png) \\\[y\](http://evil.example) &lt;img src=x> a\|b \`c\` |")
