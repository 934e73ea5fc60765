"""The bench command on a published warehouse: anyone's answers become a row of the leaderboard."""

import json

import duckdb
import pytest

from persona_pipeline_tests.cli.published import BENCH_ITEMS, published
from persona_pipeline_tests.cli.running import cli, scalar


@pytest.fixture
def database(tmp_path_factory, tmp_path):
    return published(tmp_path_factory).copied_to(tmp_path, ledger=True)


def test_a_files_answers_are_judged_and_stand_beside_those_that_were_there(database, tmp_path):
    with duckdb.connect(str(database), read_only=True) as connection:
        items = [
            item for (item,) in connection.execute("SELECT item_id FROM bench.design ORDER BY position").fetchall()
        ]
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps({"item_id": item, "text": "Yes."}) + "\n" for item in items[1:]))
    calls = scalar(database, "SELECT count(DISTINCT request_hash) FROM bench.critiques")
    said = cli("bench", "--answers", file, "--model-name", "mine", "--judge", "sim-b", "--database", database)
    assert said.exit_code == 0, said.everything
    assert "mine" in said.out
    row = "FROM bench.leaderboard WHERE judged_model = 'mine' AND mode = 'given'"
    assert scalar(database, f"SELECT n_scored {row}") == BENCH_ITEMS - 1
    assert scalar(database, f"SELECT n_unscored {row}") == 1
    assert scalar(database, f"SELECT source {row}").startswith("mine.jsonl sha256:")
    assert scalar(database, "SELECT count(*) FROM bench.leaderboard") == 3  # two modes were there
    assert scalar(database, "SELECT count(DISTINCT request_hash) FROM bench.critiques") == calls + BENCH_ITEMS - 1


def test_a_file_with_an_unknown_item_leaves_the_tables_as_they_were(database, tmp_path):
    file = tmp_path / "mine.jsonl"
    file.write_text('{"item_id": "item-unheard-of", "text": "Yes.", "model": "mine"}\n')
    before = scalar(database, "SELECT count(*) FROM ops.releases")
    said = cli("bench", "--answers", file, "--judge", "sim-b", "--database", database)
    assert said.exit_code == 1
    assert "mine.jsonl line 1: there is no item 'item-unheard-of'" in " ".join(said.everything.split())
    assert scalar(database, "SELECT count(*) FROM ops.releases") == before


def test_several_models_and_modes_are_compared_in_one_run(database):
    asked = ("--models", "sim-c,sim-d", "--modes", "persona,summary", "--draws", "2", "--judge", "sim-a")
    said = cli("bench", *asked, "--database", database)
    assert said.exit_code == 0, said.everything
    assert scalar(database, "SELECT count(*) FROM bench.answers") == BENCH_ITEMS * 2 * 2 * 2
    assert scalar(database, "SELECT count(*) FROM bench.comparisons") == 2
    assert scalar(database, "SELECT max(k) FROM bench.pass_at_k") == 2
    assert scalar(database, "SELECT count(*) FROM bench.summary_drops") > 0
