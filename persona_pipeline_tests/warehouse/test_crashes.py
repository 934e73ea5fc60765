"""What other processes, kill -9 and a full disk do to the warehouse file, with real ones."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.turns import Holder
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.replacing import build_path, copy, log_path, sole_writer
from persona_pipeline_tests.warehouse.tables import LETTERS, letters

PUBLISHER = """
import sys
from pathlib import Path
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline_tests.warehouse.tables import LETTERS, letters
frames = [letters(n, "x" * 500) for n in (4000, 8000)]
print("ready", flush=True)
while True:
    for frame in frames:
        WarehouseFile(Path(sys.argv[1])).publish(Publication(LETTERS, frame, "child"))
        print(len(frame), flush=True)
"""
HOLDER = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    try:
        print(held.execute(line).fetchall(), flush=True)
    except duckdb.Error as exc:
        print(str(exc).replace(chr(10), " "), flush=True)
"""
CHECKPOINTER = """
import sys, duckdb
theirs = duckdb.connect(sys.argv[1])
for round in range(100000):
    theirs.execute("CREATE OR REPLACE TABLE t AS SELECT ? AS round, md5(range::VARCHAR) AS text FROM range(?)",
                   [round, 3000 * (1 + round % 5)])
    theirs.execute("CHECKPOINT")
    if round == 3:
        print("ready", flush=True)
"""
FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from persona_pipeline.errors import WarehouseError
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline_tests.warehouse.tables import LETTERS, letters
import numpy as np
noise = np.random.default_rng(0)
frame = letters(20000).assign(text=[noise.bytes(500).hex() for _ in range(20000)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))
try:
    WarehouseFile(Path(sys.argv[1])).publish(Publication(LETTERS, frame, "child"))
except WarehouseError as exc:
    print(exc)
"""


@contextmanager
def child(script: str, path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()


def said(session: "subprocess.Popen[str]", sql: str) -> str:
    """What another process's session answers."""
    assert session.stdin is not None
    assert session.stdout is not None
    session.stdin.write(sql + "\n")
    session.stdin.flush()
    return session.stdout.readline().strip()


def test_a_publisher_killed_at_any_moment_leaves_a_whole_table(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    warehouse.publish(Publication(LETTERS, letters(4000, "x" * 500), "parent"))
    moments = random.Random(5)
    seen = set()
    for _ in range(8):
        with child(PUBLISHER, warehouse.path):
            time.sleep(moments.uniform(0.0, 0.5))
        rows = warehouse.query("SELECT count(*) AS n, min(length(text)) AS shortest FROM post.letters")
        assert rows["n"].iloc[0] in (4000, 8000)
        assert rows["shortest"].iloc[0] == 500
        seen.add(int(rows["n"].iloc[0]))
    warehouse.publish(Publication(LETTERS, letters(3), "parent"))  # the lock went with its holder
    assert len(warehouse.read(LETTERS)) == 3
    assert [path.name for path in tmp_path.glob("*.build*")] == []
    assert seen  # at least one whole state was observed


def test_readers_never_fail_while_another_process_publishes(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    warehouse.publish(Publication(LETTERS, letters(4000, "x" * 500), "parent"))
    with child(PUBLISHER, warehouse.path) as publisher:
        deadline, counts = time.monotonic() + 60, set[int]()
        while counts != {4000, 8000} and time.monotonic() < deadline:
            counts.add(int(warehouse.query("SELECT count(*) AS n FROM post.letters")["n"].iloc[0]))
        assert publisher.poll() is None  # readers did not stop the publisher either
    assert counts == {4000, 8000}


def test_a_session_that_could_write_stops_neither_publishers_nor_readers(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    warehouse.publish(Publication(LETTERS, letters(2), "parent"))
    with child(HOLDER, warehouse.path) as session:
        assert len(warehouse.read(LETTERS)) == 2
        warehouse.publish(Publication(LETTERS, letters(5), "parent"))
        with duckdb.connect(str(warehouse.path), read_only=True) as reader:  # anybody's, such as a notebook
            assert reader.execute("SELECT count(*) FROM post.letters").fetchone() == (5,)
        assert said(session, "SELECT count(*) FROM post.letters") == "[(2,)]"  # what it opened
        refusal = said(session, "CREATE TABLE mine AS SELECT 1")
        assert "Failed to commit: Cannot open file" in refusal
        assert "w.duckdb.wal" in refusal
        with duckdb.connect(str(warehouse.path), read_only=True) as reader:
            assert reader.execute("SELECT count(*) FROM post.letters").fetchone() == (5,)


def test_what_was_committed_into_a_file_without_a_guard_is_kept_and_then_writing_is_refused(tmp_path: Path) -> None:
    """A file that somebody copied elsewhere has no guard beside it."""
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    warehouse.publish(Publication(LETTERS, letters(2), "parent"))
    log_path(warehouse.path).unlink()
    with child(HOLDER, warehouse.path) as session:
        assert said(session, "CREATE TABLE mine AS SELECT 7 AS seven") == "[(1,)]"
        assert log_path(warehouse.path).stat().st_size > 0
        warehouse.publish(Publication(LETTERS, letters(5), "parent"))
        assert warehouse.rows("SELECT seven, (SELECT count(*) FROM post.letters) FROM mine")[1] == [(7, 5)]
        said(session, "INSERT INTO mine VALUES (8)")
        said(session, "CHECKPOINT")
        assert warehouse.rows("SELECT seven FROM mine")[1] == [(7,)]  # theirs went into the file that was replaced
    assert len(warehouse.read(LETTERS)) == 5


def test_a_copy_is_of_one_moment_while_another_process_checkpoints(tmp_path: Path) -> None:
    source = tmp_path / "theirs.duckdb"
    with child(CHECKPOINTER, source):
        for place in range(15):
            copied = tmp_path / f"{place}.duckdb"
            copy(source, copied)
            with duckdb.connect(str(copied)) as connection:
                rows = connection.execute("SELECT count(*), count(DISTINCT round), sum(length(text)) FROM t").fetchone()
            assert rows is not None
            assert (rows[0] % 3000, rows[1], rows[2]) == (0, 1, rows[0] * 32)


def test_a_publisher_that_waits_too_long_says_so(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb", lock_timeout_s=0.3)
    holder = Holder("publishing post.letters", "0123456789abcdef")
    with sole_writer(warehouse.path, 1, holder), pytest.raises(WarehouseError, match="another run has been") as caught:
        warehouse.publish(Publication(LETTERS, letters(1), "parent"))
    assert f"waited for run 01234567 (pid {os.getpid()}, since " in str(caught.value)


def test_a_publish_without_room_for_a_copy_says_what_is_needed_and_writes_nothing(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    warehouse.publish(Publication(LETTERS, letters(2), "parent"))
    size = warehouse.path.stat().st_size
    little = mock.Mock(free=1_000_000)
    with mock.patch("shutil.disk_usage", return_value=little), pytest.raises(WarehouseError) as caught:
        warehouse.publish(Publication(LETTERS, letters(5), "parent"))
    assert f"{size + (32 << 20):,} bytes are needed and 1,000,000 are free" in str(caught.value)
    assert "the last good tables are unchanged" in str(caught.value)
    assert len(warehouse.read(LETTERS)) == 2


def test_what_a_killed_publisher_left_is_swept_folders_too(tmp_path: Path) -> None:
    """DuckDB puts what does not fit into memory into a folder beside the build."""
    warehouse = WarehouseFile(tmp_path / "w[1].duckdb")  # a name that means something else to a glob
    spilled = build_path(warehouse.path).with_name("w[1].duckdb.build.tmp")
    spilled.mkdir()
    (spilled / "block").touch()
    build_path(warehouse.path).touch()
    warehouse.publish(Publication(LETTERS, letters(1), "parent"))
    assert [path.name for path in tmp_path.iterdir() if ".build" in path.name] == []


def test_a_full_disk_is_named_and_the_last_good_table_stands(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    warehouse.publish(Publication(LETTERS, letters(2), "parent"))
    said = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(warehouse.path)], capture_output=True, text=True, check=False
    )
    assert "there is no room to write" in said.stdout, said
    assert "the last good tables are unchanged" in said.stdout
    assert len(warehouse.read(LETTERS)) == 2
    assert [path.name for path in tmp_path.glob("*.build*")] == []
