"""What other processes, kill -9 and a full disk do to the warehouse file, with real ones."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
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
import sys, time, duckdb
held = duckdb.connect(sys.argv[1])
held.execute("CREATE TABLE IF NOT EXISTS mine AS SELECT 1")
print("ready", flush=True)
time.sleep(60)
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
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()


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
        deadline, counts = time.monotonic() + 3, []
        while time.monotonic() < deadline:
            counts.append(int(warehouse.query("SELECT count(*) AS n FROM post.letters")["n"].iloc[0]))
        assert publisher.poll() is None  # readers did not stop the publisher either
    assert set(counts) == {4000, 8000}


def test_a_session_that_writes_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    warehouse = WarehouseFile(tmp_path / "w.duckdb")
    warehouse.publish(Publication(LETTERS, letters(2), "parent"))
    with child(HOLDER, warehouse.path), pytest.raises(WarehouseError, match=r"another process.*Close that session"):
        warehouse.publish(Publication(LETTERS, letters(5), "parent"))
    assert len(warehouse.path.read_bytes()) > 0


def test_a_publisher_that_waits_too_long_says_so(tmp_path: Path) -> None:
    from persona_pipeline.warehouse.replacing import sole_writer

    warehouse = WarehouseFile(tmp_path / "w.duckdb", lock_timeout_s=0.3)
    with sole_writer(warehouse.path, 1), pytest.raises(WarehouseError, match="another run has been publishing"):
        warehouse.publish(Publication(LETTERS, letters(1), "parent"))


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
