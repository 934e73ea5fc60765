"""Shards through the command line: made again alone, with the others' rows as they were."""

import duckdb
import pytest

from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import PAIRS, SMALL, Published, published
from persona_pipeline_tests.cli.running import cli, refused, releases, scalar

SHARDED = ("feedback.critiques", "feedback.revisions", "feedback.preference_pairs", "feedback.judgements")
SELECTED = " or ".join(f'key:"{path.replace(".", "/")}"' for path in SHARDED)
SHARD = "substr(persona_id, 9, 1)"  # an id is `persona-` and hex digits


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


def test_a_shard_alone_replaces_its_own_rows_and_gives_the_same_tables(made, tmp_path):
    again = made.copied_to(tmp_path, ledger=True)
    shard = scalar(again, f"SELECT min({SHARD}) FROM personas.personas")
    said = cli("run", *SMALL, "--select", SELECTED, "--shards", shard, "--database", again)
    assert said.exit_code == 0, said.everything
    assert releases(again) == releases(made.database)
    for path in SHARDED:
        runs = f"SELECT count(DISTINCT run_id) FROM {path} WHERE {SHARD} "
        assert scalar(again, runs + f"= '{shard}'") == scalar(again, runs + f"<> '{shard}'") == 1
        assert scalar(again, f"SELECT count(DISTINCT run_id) FROM {path}") == 2
        assert scalar(again, f"SELECT shards FROM ops.releases WHERE table_name = '{path}' AND shards <> ''") == shard


def test_a_shard_of_nobody_is_no_error_and_changes_nothing(made, tmp_path):
    again = made.copied_to(tmp_path, ledger=True)
    taken = f"SELECT {SHARD} FROM personas.personas"
    empty = scalar(again, f"SELECT min(d) FROM range(10) t(d) WHERE d::VARCHAR NOT IN ({taken})")
    said = cli("run", *SMALL, "--select", SELECTED, "--shards", empty, "--database", again)
    assert said.exit_code == 0, said.everything
    assert releases(again) == releases(made.database)


def test_more_pairs_ask_only_for_what_is_new(made, tmp_path):
    again = made.copied_to(tmp_path, ledger=True)
    calls = "SELECT count(*) FROM ops.model_calls WHERE stage = 'feedback.critiques'"
    before, old = scalar(again, calls), pairs_of(made.database)
    selection = "group:feedback or group:ops"
    said = cli("run", *SMALL, "--pairs-per-persona", PAIRS + 1, "--select", selection, "--database", again)
    assert said.exit_code == 0, said.everything
    new = pairs_of(again) - old
    assert 0 < len(new) < len(pairs_of(again))
    assert scalar(again, calls) == before + len(new)


def pairs_of(database) -> set[str]:
    return set(WarehouseFile(database).query("SELECT pair_id FROM feedback.critiques")["pair_id"])


def test_assignments_of_prompts_that_were_replaced_are_refused(made, tmp_path):
    again = made.copied_to(tmp_path, ledger=True)
    with duckdb.connect(str(again)) as connection:
        connection.execute(
            "UPDATE prompts.prompts SET prompt_id = 'prompt-new' WHERE prompt_id IN "
            "(SELECT min(prompt_id) FROM feedback.assignments)"
        )
    gone = scalar(
        made.database,
        "SELECT count(*) FROM feedback.assignments WHERE prompt_id IN "
        "(SELECT min(prompt_id) FROM feedback.assignments)",
    )
    for table in ("base_responses", "pair_quality"):
        said = cli("run", *SMALL, "--select", f'key:"feedback/{table}"', "--database", again)
        refused(said, f"{gone} of 24 assignments name a prompt_id that prompts.prompts has no longer", "Materialize")


def test_what_is_no_shard_is_refused(made):
    refused(cli("run", "--shards", "x", "--database", made.database), "'x' names no shards", "0-7")
