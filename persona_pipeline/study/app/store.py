"""A study's SQLite file: made from a design, opened, and changed in transactions that are durable once they end."""

import dataclasses
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from persona_pipeline.errors import StudyError
from persona_pipeline.migrations import migrate, newest, pending, refuse_newer
from persona_pipeline.study.app import layout
from persona_pipeline.study.app.terms import Terms
from persona_pipeline.study.cards import Card
from persona_pipeline.study.design import Design
from persona_pipeline.transactions import transaction

BUSY_S = 10.0  # how long one process waits for another's commit


@dataclass(frozen=True)
class Facts:
    """What holds for the whole study.

    Args:
        key: signs forms and the organiser's session; never leaves the server.
        secret_hash: of the organiser's secret, when the app made it itself.
    """

    study_id: str
    design_hash: str
    terms: Terms
    key: bytes
    secret_hash: str | None


class Store:
    """The open file.

    A transaction that ended without an exception is on the disk: WAL mode with synchronous=FULL syncs every commit.

    Args:
        now: the time, in seconds since 1970.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, now: Callable[[], float] = time.time) -> None:
        self.path, self.now, self._connection = path, now, connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, now: Callable[[], float] = time.time) -> "Store":
        """The study in an existing file; another file, or none, raises StudyError."""
        if not path.is_file():
            raise StudyError(
                "there is no study here",
                where=str(path),
                fix="`persona-pipeline study links` makes one from agreement.study_items.",
            )
        connection = _connect(path)
        store = cls(path, connection, now)
        try:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'study'").fetchone() is None:
                raise _unusable(path, "it is a SQLite file of something else")
            store._bring_up_to_date()
        except sqlite3.Error as exc:
            connection.close()
            raise _unusable(path, str(exc)) from exc
        except BaseException:
            connection.close()
            raise
        return store

    def _bring_up_to_date(self) -> None:
        found = _layout_of(self._connection)
        refuse_newer(layout.MIGRATIONS, found, error=StudyError, what="the study's file", where=str(self.path))
        if not pending(layout.MIGRATIONS, found):
            return
        with self.changing() as db:
            if migrate(db.execute, layout.MIGRATIONS, _layout_of(db)):  # another process may have done it meanwhile
                db.execute(f"PRAGMA user_version = {newest(layout.MIGRATIONS)}")

    @classmethod
    def make(cls, path: Path, design: Design, terms: Terms, now: Callable[[], float] = time.time) -> "Store":
        """A new study, whole or not at all; a file that is there already raises StudyError."""
        if path.exists():
            raise StudyError("there is a study already", where=str(path), fix="Open it, or name another file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it will hold what people wrote
        connection = _connect(path)
        store = cls(path, connection, now)
        try:
            with store.changing() as db:
                for statement in layout.STATEMENTS:
                    db.execute(statement)
                _fill(db, design, terms, store.now())
                db.execute(f"PRAGMA user_version = {newest(layout.MIGRATIONS)}")
        except BaseException:
            store.close()
            path.unlink(missing_ok=True)
            raise
        return store

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is durable when the block ends, and undone when it raises."""
        with self._lock, transaction(self._connection):
            yield self._connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the file."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    def facts(self) -> Facts:
        with self.reading() as db:
            return facts_of(db)

    def set_terms(self, terms: Terms) -> None:
        """Changes what raters are told from now on; each consent says which terms it was given to."""
        with self.changing() as db:
            db.execute("UPDATE study SET terms = ?", [json.dumps(dataclasses.asdict(terms))])

    def set_secret_hash(self, secret_hash: str) -> None:
        with self.changing() as db:
            db.execute("UPDATE study SET secret_hash = ?", [secret_hash])

    def erase_traces(self) -> None:
        """Empties the write-ahead log, so that what was deleted is in no file any more."""
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._connection.close()


def facts_of(db: sqlite3.Connection) -> Facts:
    """What holds for the whole study, inside a transaction."""
    row = db.execute("SELECT study_id, design_hash, terms, key, secret_hash FROM study").fetchone()
    return Facts(row[0], row[1], Terms(**json.loads(row[2])), row[3], row[4])


def card_of(db: sqlite3.Connection, persona_id: str) -> Card:
    found = db.execute("SELECT card FROM personas WHERE persona_id = ?", [persona_id]).fetchone()
    return Card.from_data(json.loads(found[0]))


def _layout_of(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as exc:
        raise _unusable(path, str(exc)) from exc
    try:
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as exc:
        connection.close()
        raise _unusable(path, str(exc)) from exc
    return connection


def _fill(db: sqlite3.Connection, design: Design, terms: Terms, now: float) -> None:
    told = json.dumps(dataclasses.asdict(terms))
    db.execute(
        "INSERT INTO study (study_id, made_at, design_hash, terms, key) VALUES (?, ?, ?, ?, ?)",
        [
            secrets.token_hex(8),
            now,
            design.content_hash,
            told,
            secrets.token_bytes(32),
        ],
    )
    cards = [(persona, json.dumps(card.as_data())) for persona, card in design.cards.items()]
    db.executemany("INSERT INTO personas VALUES (?, ?)", cards)
    db.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?)", [dataclasses.astuple(i) for i in design.items])
    for number, place in enumerate(design.places, start=1):
        db.execute("INSERT INTO places VALUES (?, ?)", [number, place.persona_id])
        rows = [(number, position, item) for position, item in enumerate(place.items, start=1)]
        db.executemany("INSERT INTO place_items VALUES (?, ?, ?)", rows)


def _unusable(path: Path, why: str) -> StudyError:
    return StudyError(
        f"the study's file cannot be used: {why}",
        where=str(path),
        expected="a SQLite file that this program made, in a folder that it may write to",
        fix="Name another file with --store (PERSONA_STUDY).",
    )
