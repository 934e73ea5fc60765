import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.staged import Staged, StatementRefusedError
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.staging import staging
from persona_pipeline_tests.warehouse.tables import LETTERS

MANY = "SELECT 'l' || i AS letter_id, 'dear niece' AS text, i AS weight FROM range({n}) t(i)"


def test_what_is_staged_is_published_like_a_frame(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    with staging(tmp_path) as sql:
        rows = sql.staged(LETTERS, MANY.format(n=5000))
        warehouse.publish(Publication(LETTERS, rows, "run-1"))
        warehouse.publish(Publication(LETTERS, LETTERS.conform(rows.frame()), "run-2"))
    releases = warehouse.query("SELECT n_rows, content FROM ops.releases")
    assert releases["n_rows"].tolist() == [5000, 5000]
    assert releases["content"].nunique() == 1
    assert warehouse.read(LETTERS)["letter_id"].tolist() == [f"l{i}" for i in range(5000)]  # in order


def test_a_staged_row_that_the_table_refuses_leaves_the_last_good_table(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    with staging(tmp_path) as sql:
        warehouse.publish(Publication(LETTERS, sql.staged(LETTERS, MANY.format(n=3)), "run-1"))
        bad = "SELECT NULL AS letter_id, 'x' AS text, 1 AS weight"
        with pytest.raises(WarehouseError, match="NOT NULL"):
            warehouse.publish(Publication(LETTERS, sql.staged(LETTERS, bad), "run-2"))
    assert len(warehouse.read(LETTERS)) == 3


def test_nothing_of_an_engine_remains(tmp_path: Path) -> None:
    with staging(tmp_path) as sql:
        sql.staged(LETTERS, MANY.format(n=3))
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_swept_and_what_a_running_one_uses_is_not(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead, running = tmp_path / f"staging-{int(ended.stdout)}-x", tmp_path / f"staging-{os.getpid()}-y"
    dead.mkdir()
    running.mkdir()
    with staging(tmp_path):
        assert not dead.exists()
        assert running.exists()


def test_chunks_are_all_rows_in_order_and_typed(tmp_path: Path) -> None:
    with staging(tmp_path) as sql:
        rows = sql.staged(LETTERS, MANY.format(n=5000))
        chunks = list(rows.chunks(2048))
        assert isinstance(rows, Staged)
        assert len(rows) == 5000
    assert [len(chunk) for chunk in chunks] == [2048, 2048, 904]
    assert pd.concat(chunks)["weight"].tolist() == list(range(5000))
    assert str(chunks[0]["weight"].dtype) == "Int64"


def test_a_value_that_has_no_cast_is_a_refusal_and_a_wrong_statement_is_not() -> None:
    with staging() as sql:
        with pytest.raises(StatementRefusedError, match="many"):
            sql.run("SELECT CAST('many' AS BIGINT)")
        with pytest.raises(WarehouseError, match="nothing_here"):
            sql.run("SELECT nothing_here")
