"""What the operating system does to a run: kill -9, locks, a full disk; and how a real process ends."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persona_pipeline.schemas.tables import TABLES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.replacing import build_path
from persona_pipeline_tests.cli.extracts import tiny_extract, with_value
from persona_pipeline_tests.cli.published import Published, published
from persona_pipeline_tests.cli.running import (
    cli,
    finished,
    refused,
    releases,
    start,
    unchanged,
)

HOLDER = """
import sys, time, duckdb
held = duckdb.connect(sys.argv[1])
print("ready", flush=True)
time.sleep(60)
"""
CHEAP = ("--select", 'key:"prompts/candidates"')


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


@contextmanager
def held_open(path: Path) -> Iterator[None]:
    """Another process has the file open for writing."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def a_full_disk(limit: int) -> Iterator[None]:
    """No file can grow beyond `limit` bytes; Python ignores the signal, so that writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_failing_run_ends_with_exit_code_1_and_its_error_last(made, tmp_path):
    folder = tiny_extract(tmp_path / "pums", with_value(7, "SEX", "3"))
    with unchanged(made.database):
        said = finished(start("run", "--select", "group:census", "--pums", folder, "--database", made.database))
    refused(said, "error census.persons: csv_pus.zip/psam_pus.csv line 7, column SEX: SEX is '3'")


def test_a_session_that_could_write_stops_neither_a_run_nor_a_query(made, tmp_path):
    """An analyst's, as DuckDB's shell opens a file unless told otherwise."""
    database = made.copied_to(tmp_path)
    with held_open(database):
        assert cli("query", "SELECT 1", "--database", database).exit_code == 0
    with held_open(database):
        assert cli("run", *CHEAP, "--database", database).exit_code == 0
    assert releases(database) == releases(made.database)


def test_a_full_disk_is_named_and_the_tables_stand(made, tmp_path):
    database = made.copied_to(tmp_path)
    with unchanged(database), a_full_disk(database.stat().st_size // 2):
        said = cli("run", *CHEAP, "--database", database)
    refused(said, str(database), "there is no room to write", "the last good tables are unchanged")


def test_a_full_disk_under_the_ledger_is_named_and_what_was_answered_is_kept(tmp_path):
    database, wave = tmp_path / "p.duckdb", ("--select", 'key:"prompts/verdicts"')
    before = ("--select", 'key:"prompts/candidates" or key:"prompts/flags"')
    assert cli("run", *before, "--database", database).exit_code == 0
    with unchanged(database), a_full_disk(120_000):  # some of the 362 replies
        said = cli("run", *wave, "--database", database)
    refused(said, str(tmp_path / "p.ledger.sqlite"), "the reply ledger cannot be written", "Check the disk", "is kept")
    assert cli("run", *wave, "--database", database).exit_code == 0


def test_kill_9_while_the_file_is_replaced_leaves_the_old_tables_and_a_new_run_mends_it(made, tmp_path):
    database = made.copied_to(tmp_path)
    process = start("run", *CHEAP, PERSONA_DUCKDB=str(database))
    deadline = time.monotonic() + 90
    while not build_path(database).exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.0005)
    process.kill()
    process.communicate(timeout=30)
    assert releases(database).keys() == releases(made.database).keys()
    for path in releases(made.database):
        table = TABLES.get(path)
        assert WarehouseFile(database).read(table).equals(WarehouseFile(made.database).read(table))

    assert cli("run", *CHEAP, "--database", database).exit_code == 0
    assert releases(database) == releases(made.database)
    assert [path.name for path in tmp_path.glob("*.build*")] == []
