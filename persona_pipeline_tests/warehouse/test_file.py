import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline_tests.warehouse.tables import LETTERS, letters

NOON = datetime.datetime(2026, 1, 2, 12)  # noqa: DTZ001  # DuckDB keeps UTC without saying so


@pytest.fixture
def warehouse(tmp_path: Path) -> WarehouseFile:
    return WarehouseFile(tmp_path / "w.duckdb", lock_timeout_s=0.5, now=lambda: NOON)


def test_what_is_published_is_what_is_read(warehouse: WarehouseFile) -> None:
    sent = LETTERS.frame(
        [
            {"letter_id": "a", "weight": 0, "text": ""},
            {"letter_id": "b", "weight": None, "text": None},
            {"letter_id": "ü", "weight": 2**53 - 1, "text": "line\nbreak 'quoted' \"twice\" 🙂"},
        ]
    )
    warehouse.publish(Publication(LETTERS, sent, "run-1"))
    pd.testing.assert_frame_equal(warehouse.read(LETTERS), sent)


def test_a_text_that_comes_after_a_thousand_nulls_arrives(warehouse: WarehouseFile) -> None:
    late = letters(3000).assign(text=[None] * 2999 + ["late"])
    warehouse.publish(Publication(LETTERS, late, "run-1"))
    assert warehouse.query("SELECT count(*) AS n FROM post.letters WHERE text = 'late'")["n"].tolist() == [1]


def test_columns_arrive_by_name_whatever_their_order(warehouse: WarehouseFile) -> None:
    turned = letters(1)[["text", "letter_id", "weight"]]
    warehouse.publish(Publication(LETTERS, turned, "run-1"))
    assert warehouse.query("SELECT letter_id, text FROM post.letters").values.tolist() == [["l0", "dear niece"]]


def test_the_file_explains_itself(warehouse: WarehouseFile) -> None:
    warehouse.publish(Publication(LETTERS, letters(1), "run-1"))
    comments = warehouse.query("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'letters'")
    said = dict(comments.values.tolist())
    assert said["weight"] == "How heavy it is. Unit: grams."
    assert said["text"] == "What it says; its author's words."
    tables = warehouse.query("SELECT comment FROM duckdb_tables() WHERE table_name = 'letters'")
    assert tables["comment"].tolist() == ["Letters that people's aunts wrote."]


def test_every_publish_is_a_release_and_equal_rows_have_equal_content(warehouse: WarehouseFile) -> None:
    warehouse.publish(Publication(LETTERS, letters(2), "run-1", checks_passed=3, checks_warned=1))
    warehouse.publish(Publication(LETTERS, letters(2).iloc[::-1], "run-2"))
    warehouse.publish(Publication(LETTERS, letters(2, "dear nephew"), "run-3"))
    releases = warehouse.query("SELECT * FROM ops.releases ORDER BY run_id")
    assert releases[["table_name", "n_rows", "run_id"]].values.tolist() == [
        ["post.letters", 2, "run-1"],
        ["post.letters", 2, "run-2"],
        ["post.letters", 2, "run-3"],
    ]
    first, again, other = releases["content"]
    assert first == again != other
    assert releases["released_at"].iloc[0] == NOON
    assert releases[["checks_passed", "checks_warned"]].iloc[0].tolist() == [3, 1]


def test_a_publish_that_fails_leaves_the_last_good_table(warehouse: WarehouseFile) -> None:
    warehouse.publish(Publication(LETTERS, letters(2), "run-1"))
    with pytest.raises(WarehouseError, match="NOT NULL"):
        warehouse.publish(Publication(LETTERS, letters(5).assign(letter_id=None), "run-2"))
    assert len(warehouse.read(LETTERS)) == 2
    assert warehouse.query("SELECT count(*) AS n FROM ops.releases")["n"].tolist() == [1]
    assert [path.name for path in warehouse.path.parent.glob("*.build*")] == []


def test_a_reader_keeps_what_it_opened_and_the_next_one_sees_the_new(warehouse: WarehouseFile, tmp_path: Path) -> None:
    warehouse.publish(Publication(LETTERS, letters(2), "run-1"))
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as reader:
        warehouse.publish(Publication(LETTERS, letters(7), "run-2"))
        assert reader.execute("SELECT count(*) FROM post.letters").fetchone() == (2,)
    assert len(warehouse.read(LETTERS)) == 7


def test_rejected_rows_are_kept_with_their_rules(warehouse: WarehouseFile) -> None:
    warehouse.quarantine(LETTERS, letters(2).assign(failed_rules="key_is_unique"), "run-1")
    warehouse.quarantine(LETTERS, letters(1).assign(failed_rules="required_values: text"), "run-2")
    kept = warehouse.query("SELECT letter_id, failed_rules, run_id FROM quarantine.post_letters")
    assert kept.values.tolist() == [["l0", "required_values: text", "run-2"]]


def test_reading_what_is_not_there_says_how_to_make_it(warehouse: WarehouseFile) -> None:
    with pytest.raises(WarehouseError, match=r"no warehouse file yet.*persona-pipeline run"):
        warehouse.read(LETTERS)
    warehouse.quarantine(LETTERS, letters(1), "run-1")
    with pytest.raises(WarehouseError, match=r"post\.letters was not published yet.*Materialize post/letters first"):
        warehouse.read(LETTERS)
    assert not warehouse.has(LETTERS)


def test_a_query_that_is_wrong_says_so(warehouse: WarehouseFile) -> None:
    warehouse.publish(Publication(LETTERS, letters(1), "run-1"))
    with pytest.raises(WarehouseError, match="nothing_here"):
        warehouse.query("SELECT nothing_here FROM post.letters")


def test_a_query_cannot_write(warehouse: WarehouseFile) -> None:
    warehouse.publish(Publication(LETTERS, letters(1), "run-1"))
    with pytest.raises(WarehouseError, match="read-only"):
        warehouse.query("DELETE FROM post.letters")


def test_a_file_that_is_no_database_is_left_alone(warehouse: WarehouseFile) -> None:
    warehouse.path.write_text("a shopping list" * 1000)
    with pytest.raises(WarehouseError, match="not a DuckDB database"):
        warehouse.publish(Publication(LETTERS, letters(1), "run-1"))
    assert warehouse.path.read_text().startswith("a shopping list")


def test_a_log_that_belongs_to_another_file_is_named(warehouse: WarehouseFile, tmp_path: Path) -> None:
    """Left by a session that wrote into a file without a guard after the file was replaced."""
    warehouse.publish(Publication(LETTERS, letters(1), "run-1"))
    with duckdb.connect(str(tmp_path / "other.duckdb")) as other:
        other.execute("PRAGMA disable_checkpoint_on_shutdown")
        other.execute("CREATE TABLE theirs AS SELECT 1")
    log = tmp_path / "w.duckdb.wal"
    (tmp_path / "other.duckdb.wal").replace(log)
    with pytest.raises(WarehouseError, match=r"the log beside it .*Move w\.duckdb\.wal away"):
        warehouse.publish(Publication(LETTERS, letters(2), "run-2"))
    assert log.exists()


def test_a_connection_of_this_process_that_could_write_is_named(warehouse: WarehouseFile) -> None:
    warehouse.publish(Publication(LETTERS, letters(1), "run-1"))
    with duckdb.connect(str(warehouse.path)), pytest.raises(WarehouseError, match=r"this process.*Close that"):
        warehouse.read(LETTERS)
