from pathlib import Path

import duckdb
import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.feedback import JUDGEMENTS
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.comparing import Rows, compare
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.replacing import log_path
from persona_pipeline_tests.rows import good_frame
from persona_pipeline_tests.warehouse.tables import LETTERS, letters

PROMPTS = good_frame(CANDIDATES, 4).assign(prompt_id=["a", "b", "c", "d"], text="Why?")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Prompts a, b and c; then b, c and d, of which c asks something else; letters that weigh 0, 1, 2; then 0, 1."""
    before, after = WarehouseFile(tmp_path / "before.duckdb"), WarehouseFile(tmp_path / "after.duckdb")
    before.publish(Publication(CANDIDATES, PROMPTS.iloc[:3], "run-1", checks_passed=5))
    changed = PROMPTS.iloc[1:].assign(text=["Why?", "Why not?", "Why?"])
    after.publish(Publication(CANDIDATES, changed, "run-2", checks_passed=4, checks_warned=1))
    before.publish(Publication(LETTERS, letters(3), "run-1"))
    after.publish(Publication(LETTERS, letters(2), "run-2"))
    after.publish(Publication(JUDGEMENTS, good_frame(JUDGEMENTS), "run-2"))
    return before.path, after.path


def test_rows_are_compared_by_key_and_without_the_run(files: tuple[Path, Path]) -> None:
    found = {each.table: each for each in compare(*files)}
    prompts = found["prompts.candidates"]
    assert prompts.rows == Rows(added=1, removed=1, changed=1, by_column={"text": 1})
    assert prompts.n_rows == (3, 3)
    assert prompts.checks == ((5, 0), (4, 1))


def test_a_table_without_a_known_key_has_rows_added_and_removed_and_means(files: tuple[Path, Path]) -> None:
    """0, 1, 2 grams are 1 on average; 0 and 1 a half."""
    found = {each.table: each for each in compare(*files)}["post.letters"]
    assert found.rows == Rows(added=0, removed=1)
    assert found.means == {"weight": (1.0, 0.5)}


def test_tables_of_one_file_only_have_no_rows_in_the_other(files: tuple[Path, Path]) -> None:
    found = {each.table: each for each in compare(*files)}["feedback.judgements"]
    assert found.n_rows == (None, 2)
    assert not found.is_none


def test_equal_rows_of_other_runs_are_no_difference(tmp_path: Path) -> None:
    paths = []
    for run in ("run-1", "run-2"):
        paths.append(tmp_path / f"{run}.duckdb")
        WarehouseFile(paths[-1]).publish(Publication(CANDIDATES, PROMPTS, run))
    [found] = compare(*paths)
    assert found.is_none


def test_columns_that_came_or_went_are_named(files: tuple[Path, Path]) -> None:
    log_path(files[0]).unlink()  # the guard, which lets nobody write
    with duckdb.connect(str(files[0])) as connection:  # as another version would have made it
        connection.execute("ALTER TABLE prompts.candidates RENAME COLUMN text TO question")
    found = {each.table: each for each in compare(*files)}["prompts.candidates"]
    assert found.columns_added == ("text",)
    assert found.columns_removed == ("question",)
    assert found.rows == Rows(added=1, removed=1)  # of the columns in both, nothing else changed


def test_a_file_and_itself_or_no_warehouse_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="compared with itself"):
        compare(files[0], files[0])
    (tmp_path / "list.txt").write_text("a shopping list" * 1000)
    with pytest.raises(WarehouseError, match="expected two warehouse files"):
        compare(files[0], tmp_path / "list.txt")
