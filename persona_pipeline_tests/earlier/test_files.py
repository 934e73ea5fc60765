"""Files that each earlier release wrote, as they were: opened, brought up to date, refused when they are newer."""

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from persona_pipeline.errors import PersonaPipelineError
from persona_pipeline.llm import embedding_cache, ledger_file, ledger_migrations
from persona_pipeline.llm.embedding_cache import EmbeddingCache
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.migrations import Migration
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.study.app import layout as study_layout
from persona_pipeline.study.app.store import Store
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.running import cli, refused
from persona_pipeline_tests.llm.asking import question

RELEASES = sorted(path for path in Path(__file__).parent.iterdir() if (path / "p.duckdb.gz").exists())
COLOUR = "ALTER TABLE {} ADD COLUMN colour TEXT"


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The files of one release."""
    for packed in request.param.glob("*.gz"):
        (tmp_path / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    return tmp_path


def open_ledger(folder: Path) -> None:
    with Ledger(folder / "p.ledger.sqlite") as ledger:
        [found] = ledger.lookup([question().content_hash("scripted")]).values()
        assert found.text == "Because."
        assert [call["asked_by"] for call in ledger.calls()] == ["run-1"]


def open_study(folder: Path) -> None:
    store = Store.open(folder / "p.study.sqlite")
    with store.reading() as db:
        assert db.execute("SELECT count(*) FROM links").fetchone()[0] == 4
    store.close()


def open_cache(folder: Path) -> None:
    with EmbeddingCache(folder / "p.embeddings.sqlite") as cache:
        assert cache.lookup(["key"])["key"].tolist() == [1.0, 2.0]


FILES = [
    ("p.ledger.sqlite", "replies", open_ledger, [ledger_migrations, ledger_file]),
    ("p.study.sqlite", "raters", open_study, [study_layout]),
    ("p.embeddings.sqlite", "vectors", open_cache, [embedding_cache]),
]
Opening = Callable[[Path], None]


def test_the_warehouse_of_each_release_is_read(folder: Path) -> None:
    warehouse = WarehouseFile(folder / "p.duckdb")
    assert len(warehouse.read(CANDIDATES)) == 2
    releases = warehouse.rows("SELECT table_name, n_rows, checks_passed, run_id FROM ops.releases")[1]
    assert releases == [("prompts.candidates", 2, 3, "run-1")]


@pytest.mark.parametrize(("name", "table", "opened", "modules"), FILES, ids=lambda each: str(each)[:12])
def test_the_sqlite_files_of_each_release_are_opened_and_brought_to_an_invented_layout(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, table: str, opened: Opening, modules: list[object]
) -> None:
    opened(folder)
    before = layout_of(folder / name)
    for module in modules:
        steps = (*module.MIGRATIONS, Migration(before + 1, "Something has a colour.", (COLOUR.format(table),)))  # type: ignore[attr-defined]
        monkeypatch.setattr(module, "MIGRATIONS", steps)
    opened(folder)
    assert layout_of(folder / name) == before + 1
    assert "colour" in columns_of(folder / name, table)
    opened(folder)  # and it takes the step once


@pytest.mark.parametrize(("name", "table", "opened", "modules"), FILES, ids=lambda each: str(each)[:12])
def test_a_step_that_fails_leaves_a_sqlite_file_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, table: str, opened: Opening, modules: list[object]
) -> None:
    before = layout_of(folder / name)
    for module in modules:
        wrong = Migration(before + 1, "It cannot work.", (COLOUR.format(table), COLOUR.format("nobody")))
        monkeypatch.setattr(module, "MIGRATIONS", (*module.MIGRATIONS, wrong))  # type: ignore[attr-defined]
    with pytest.raises(PersonaPipelineError, match="nobody"):
        opened(folder)
    assert layout_of(folder / name) == before
    assert "colour" not in columns_of(folder / name, table)


@pytest.mark.parametrize(("name", "table", "opened", "modules"), FILES, ids=lambda each: str(each)[:12])
def test_a_sqlite_file_of_a_newer_program_is_refused(
    folder: Path, name: str, table: str, opened: Opening, modules: list[object]
) -> None:
    with sqlite3.connect(folder / name) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(PersonaPipelineError, match=r"has layout 99, newer than this program.*nothing was changed"):
        opened(folder)


def test_an_older_ledger_that_is_only_read_says_what_to_type(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Migration(2, "Something has a colour.", (COLOUR.format("replies"),))
    for module in (ledger_migrations, ledger_file):
        monkeypatch.setattr(module, "MIGRATIONS", (*module.MIGRATIONS, step))
    ledger = folder / "p.ledger.sqlite"
    refused(cli("ledger", "show", ledger), f"Type `persona-pipeline upgrade --ledger {ledger}` once")
    said = cli("upgrade", "--database", folder / "p.duckdb", "--ledger", ledger)
    assert said.exit_code == 0, said.everything
    assert said.out.count("layout") == 3  # warehouse, ledger and study
    assert cli("ledger", "show", ledger).exit_code == 0


def layout_of(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def columns_of(path: Path, table: str) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
