"""Everyone at once: two publishers that are killed again and again, four kinds of readers, for minutes.

`python -m benchmarks.together --seconds 180` prints what was seen. Readers: this program's own, the query command,
DuckDB read-only, and a session that could write, which is held over several publishes and tries to write. It fails on a
read that was torn, went back or broke, and on a publish that was told and is not there.

A read-only session of DuckDB's own cannot open a file that another session holds for writing until the next publish or
the next read by this program: DuckDB's own rule, counted as `locked_out`.
"""

import argparse
import json
import multiprocessing
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from persona_pipeline.errors import WarehouseError
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import Table
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication


class Note(Row):
    note_id: str = column("The note's id.")
    round: int = column("The publish it came with; all of a table's are the same.")
    text: str = column("What it says.")


TABLES = {name: Table("post", name, columns_of(Note), ("note_id",), "Notes.") for name in ("letters", "cards")}
ROWS = 3000  # and one more for each round up to 7, so that a torn read would show in the count
SEEN = """
SELECT l.n, l.rounds, l.round, c.n, c.rounds, c.round, r.letters, r.cards FROM
  (SELECT count(*) AS n, count(DISTINCT round) AS rounds, max(round) AS round FROM post.letters) l,
  (SELECT count(*) AS n, count(DISTINCT round) AS rounds, max(round) AS round FROM post.cards) c,
  (SELECT max(n_rows) FILTER (table_name = 'post.letters') AS letters,
          max(n_rows) FILTER (table_name = 'post.cards') AS cards
   FROM (SELECT table_name, arg_max(n_rows, released_at) AS n_rows FROM ops.releases GROUP BY table_name)) r
"""
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["persona_pipeline.warehouse.file"])
READERS = ("ours", "command", "read_only", "could_write")


def n_rows(round_: int) -> int:
    return ROWS + round_ % 7


def publish(path: Path, name: str, round_: int) -> None:
    notes = ({"note_id": f"n{i}", "round": round_, "text": "x" * 300} for i in range(n_rows(round_)))
    file = WarehouseFile(path, keep=2)
    file.publish(Publication(TABLES[name], TABLES[name].frame(notes), f"{name}{round_ // 5}"))


def publisher(path: Path, name: str, first: int, told: Path) -> None:
    """Publishes round after round, and tells each when it is done."""
    with open(told, "a", buffering=1) as tell:
        for round_ in range(first, sys.maxsize):
            publish(path, name, round_)
            tell.write(f"{round_}\n")


@dataclass
class Watch:
    """What a reader saw.

    Args:
        latest: the highest rounds of both tables so far.
    """

    seen: Counter[str] = field(default_factory=Counter)
    latest: list[int] = field(default_factory=lambda: [0, 0])

    def take(self, row: tuple[int, ...], *, held: bool = False) -> None:
        n, rounds, round_, m, others, other, letters, cards = map(int, row)
        whole = (rounds, others) == (1, 1) and (n, m) == (n_rows(round_), n_rows(other)) == (letters, cards)
        self.seen["reads"] += 1
        self.seen["torn"] += not whole
        if not held:
            self.seen["went_back"] += round_ < self.latest[0] or other < self.latest[1]
            self.latest = [max(self.latest[0], round_), max(self.latest[1], other)]


def ours(path: Path, watch: Watch) -> None:
    watch.take(WarehouseFile(path).rows(SEEN)[1][0])


def command(path: Path, watch: Watch) -> None:
    typed = [sys.executable, "-m", "persona_pipeline.cli", "query", SEEN, "--database", str(path), "--format", "csv"]
    said = subprocess.run(typed, capture_output=True, text=True, check=False)
    if said.returncode:
        raise WarehouseError(said.stderr)
    watch.take(tuple(map(int, said.stdout.splitlines()[1].split(","))))


def read_only(path: Path, watch: Watch) -> None:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            watch.take(connection.execute(SEEN).fetchall()[0])
    except duckdb.IOException as exc:
        if "lock" not in str(exc):
            raise
        watch.seen["locked_out"] += 1
        time.sleep(0.02)


def could_write(path: Path, watch: Watch) -> None:
    """Opens the file as DuckDB's shell does, looks for two seconds, tries to write, and looks again."""
    try:
        session = duckdb.connect(str(path))
    except duckdb.IOException as exc:
        if "lock" not in str(exc):
            raise
        watch.seen["locked_out"] += 1
        time.sleep(0.02)
        return
    with session:
        first = session.execute(SEEN).fetchall()[0]
        watch.take(first)
        ends = time.monotonic() + 2
        while time.monotonic() < ends:
            watch.take(session.execute(SEEN).fetchall()[0], held=True)
            watch.seen["changed_while_held"] += session.execute(SEEN).fetchall()[0] != first
        try:
            session.execute("CREATE TABLE mine AS SELECT 1")
            watch.seen["wrote"] += 1
        except duckdb.Error:
            watch.seen["writes_refused"] += 1


def reader(path: Path, kind: str, seconds: float) -> None:
    """Reads until the time is over, then prints what it saw."""
    read: Callable[[Path, Watch], None] = globals()[kind]
    watch, ends = Watch(), time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            read(path, watch)
        except Exception as exc:
            watch.seen[f"error: {str(exc)[:200]}"] += 1
    print(json.dumps({**watch.seen, "errors": sum(n for what, n in watch.seen.items() if what.startswith("error:"))}))


def play(folder: Path, seconds: float, seed: int = 0) -> dict[str, Counter[str]]:
    """What everybody saw, by who they are."""
    path = folder / "together.duckdb"
    for name in TABLES:
        publish(path, name, 0)
    watching = {kind: _start("reader", path, kind, seconds) for kind in READERS}
    publishing = _publishers(path, time.monotonic() + seconds, random.Random(seed))
    found = {kind: Counter(json.loads(process.communicate()[0])) for kind, process in watching.items()}
    left = [each.name for each in folder.iterdir() if ".build" in each.name]
    return {**found, "publishers": publishing + Counter(left_over=len(left))}


class Running:
    """A publisher's process, and the file in which it tells its rounds.

    It comes from a server that has everything imported, so that there is time for many kills.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name, self.path = name, path
        first = _round(path, name) + 1
        self._told = path.with_name(f"{name}-from-{first}")
        self._told.touch()
        self._process = SERVER.Process(target=publisher, args=(path, name, first, self._told))
        self._process.start()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def told(self) -> list[int]:
        return [int(line) for line in self._told.read_text().splitlines()]

    def end(self, tally: Counter[str]) -> None:
        """Kills it, and checks that what it told is there; one that had ended by itself had failed."""
        tally["publishers_failed"] += not self._process.is_alive()
        self._process.kill()
        self._process.join()
        tally["publishes"] += len(self.told)
        tally["lost"] += _round(self.path, self.name) < max(self.told, default=0)


def _publishers(path: Path, ends: float, moments: random.Random) -> Counter[str]:
    """Two publishers, of which one is killed every now and then, once it has published, and another one goes on."""
    tally = Counter[str]()
    running = {name: Running(path, name) for name in TABLES}
    while time.monotonic() < ends or not tally["kills"]:
        name = moments.choice(list(TABLES))
        while running[name].is_alive and not running[name].told:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 2))
        running[name].end(tally)
        running[name] = Running(path, name)
        tally["kills"] += 1
    for each in running.values():
        each.end(tally)
    publish(path, "letters", _round(path, "letters") + 1)  # nothing that was killed is in the way
    return tally


def _round(path: Path, name: str) -> int:
    return int(WarehouseFile(path).rows(f"SELECT max(round) FROM post.{name}")[1][0][0])


def _start(*arguments: object) -> "subprocess.Popen[str]":
    typed = [sys.executable, "-m", "benchmarks.together", *map(str, arguments)]
    return subprocess.Popen(typed, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[1])


def is_well(found: dict[str, Counter[str]]) -> bool:
    wrong = ("errors", "torn", "went_back", "changed_while_held", "wrote", "lost", "publishers_failed", "left_over")
    return not any(tally[name] for tally in found.values() for name in wrong)


def main() -> None:
    if sys.argv[1:2] == ["reader"]:
        path, kind, seconds = sys.argv[2:]
        reader(Path(path), kind, float(seconds))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = play(Path(folder), parser.parse_args().seconds)
    for who, tally in found.items():
        print(f"{who}: {', '.join(f'{count:,} {what}' for what, count in sorted(tally.items()))}")
    sys.exit(0 if is_well(found) else 1)


if __name__ == "__main__":
    main()
