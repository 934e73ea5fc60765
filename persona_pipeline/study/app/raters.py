"""Raters: invited by a link or arrived from Prolific, given a place when they consent, and let go again."""

import sqlite3
from dataclasses import dataclass

from persona_pipeline.seeds import content_id
from persona_pipeline.study.app.tokens import hashed, new_token

LINKS_PER_RATER = 20  # a participant who comes again over the general link gets another link; the oldest go
MOST_WAITING = 10_000  # participants over the general link who have not consented
WAITING_S = 3600.0  # after which they are forgotten, when there are too many; who comes back is simply new


@dataclass(frozen=True)
class Arrival:
    """What Prolific says of a participant in the address; empty where it did not."""

    participant: str = ""
    prolific_study: str = ""
    session: str = ""


@dataclass(frozen=True)
class Rater:
    """Somebody with a link.

    Args:
        rater_id: the id in exports; says nothing of who it is.
        items: how many items there are to answer; 0 before consent.
        answered: the positions answered, from 1.
    """

    rater: int
    rater_id: str
    participant: str | None
    place: int | None
    persona_id: str | None
    finished: bool
    released: bool
    items: int
    answered: frozenset[int]

    @property
    def consented(self) -> bool:
        return self.place is not None

    @property
    def next_position(self) -> int | None:
        """The first item without an answer; None when all have one."""
        return next((n for n in range(1, self.items + 1) if n not in self.answered), None)


def invite(db: sqlite3.Connection, count: int | None, now: float) -> list[str]:
    """New raters with a link each, as many as there are places unless told; the tokens are stored nowhere."""
    if count is None:
        count = db.execute("SELECT count(*) FROM places").fetchone()[0]
    return [link(db, _new_rater(db, None, now), now) for _ in range(count)]


def join(db: sqlite3.Connection, arrival: Arrival, now: float) -> str | None:
    """The token of a link for a participant, always of the same rater; None when too many are waiting."""
    known = db.execute("SELECT rater FROM raters WHERE participant = ?", [arrival.participant]).fetchone()
    if known is None and _waiting(db) >= MOST_WAITING:
        _forget_waiting(db, now - WAITING_S)
        if _waiting(db) >= MOST_WAITING:
            return None
    rater = known[0] if known else _new_rater(db, arrival.participant, now)
    _note_arrival(db, rater, arrival, now)
    return link(db, rater, now)


def only_link(db: sqlite3.Connection, rater: int, now: float) -> str:
    """The token of a new link for a rater, whose earlier ones stop working."""
    db.execute("DELETE FROM links WHERE rater = ?", [rater])
    return link(db, rater, now)


def link(db: sqlite3.Connection, rater: int, now: float) -> str:
    """The token of a further link for a rater; the oldest of too many stops working."""
    token = new_token()
    db.execute("INSERT INTO links VALUES (?, ?, ?)", [hashed(token), rater, now])
    db.execute(
        "DELETE FROM links WHERE rater = ? AND rowid NOT IN "
        "(SELECT rowid FROM links WHERE rater = ? ORDER BY made_at DESC, rowid DESC LIMIT ?)",
        [rater, rater, LINKS_PER_RATER],
    )
    return token


def arrive(db: sqlite3.Connection, rater: Rater, arrival: Arrival, now: float) -> None:
    """Notes which participant came over a rater's own link; the first one stays theirs."""
    _note_arrival(db, rater.rater, arrival, now)
    db.execute(
        "UPDATE raters SET participant = ? WHERE rater = ? AND participant IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM raters WHERE participant = ?)",
        [arrival.participant, rater.rater, arrival.participant],
    )


def by_token(db: sqlite3.Connection, token: str) -> Rater | None:
    """The rater whose link it is; None for a token that nobody was given."""
    found = db.execute("SELECT rater FROM links WHERE token_hash = ?", [hashed(token)]).fetchone()
    return None if found is None else by_number(db, found[0])


def by_number(db: sqlite3.Connection, rater: int) -> Rater:
    row = db.execute(
        "SELECT rater_id, participant, place, persona_id, finished_at, released_at, "
        "(SELECT count(*) FROM place_items i WHERE i.place = raters.place) AS items "
        "FROM raters LEFT JOIN places USING (place) WHERE rater = ?",
        [rater],
    ).fetchone()
    answered = db.execute("SELECT DISTINCT position FROM answers WHERE rater = ?", [rater]).fetchall()
    return Rater(
        rater,
        row["rater_id"],
        row["participant"],
        row["place"],
        row["persona_id"],
        row["finished_at"] is not None,
        row["released_at"] is not None,
        row["items"],
        frozenset(found[0] for found in answered),
    )


def consent(db: sqlite3.Connection, rater: Rater, terms_hash: str, now: float) -> bool:
    """Gives the rater the first free place, once; False when there is none left."""
    if rater.consented:
        return True
    free = db.execute(
        "SELECT min(place) FROM places WHERE place NOT IN "
        "(SELECT place FROM raters WHERE place IS NOT NULL AND released_at IS NULL)"
    ).fetchone()[0]
    if free is None:
        return False
    db.execute(
        "UPDATE raters SET place = ?, consented_at = ?, terms_hash = ? WHERE rater = ? AND place IS NULL",
        [free, now, terms_hash, rater.rater],
    )
    return True


def finish(db: sqlite3.Connection, rater: Rater, now: float) -> bool:
    """Ends a rater's part, once; False while an item has no answer."""
    if not rater.consented or rater.released or rater.next_position is not None:
        return False
    db.execute("UPDATE raters SET finished_at = ? WHERE rater = ? AND finished_at IS NULL", [now, rater.rater])
    db.execute("DELETE FROM drafts WHERE rater = ?", [rater.rater])
    return True


def release(db: sqlite3.Connection, rater: int, now: float) -> None:
    """Lets a rater go and opens the place to another; what was answered stays, marked."""
    db.execute("UPDATE raters SET released_at = ? WHERE rater = ? AND released_at IS NULL", [now, rater])


def forget(db: sqlite3.Connection, rater: int, now: float) -> int:
    """Deletes all that a rater gave and who it was, and opens the place; gives how many answers went.

    What stays is that somebody consented and was forgotten, and when.
    """
    count = int(db.execute("SELECT count(*) FROM answers WHERE rater = ?", [rater]).fetchone()[0])
    for table in ("answers", "drafts", "views", "arrivals", "links"):
        db.execute(f"DELETE FROM {table} WHERE rater = ?", [rater])
    db.execute("UPDATE raters SET participant = NULL, forgotten_at = ? WHERE rater = ?", [now, rater])
    release(db, rater, now)
    return count


def numbers_of(db: sqlite3.Connection, name: str) -> list[int]:
    """The raters who go by this rater id or participant id."""
    rows = db.execute(
        "SELECT rater FROM raters WHERE rater_id = ? OR participant = ? "
        "UNION SELECT rater FROM arrivals WHERE participant = ?",
        [name, name, name],
    )
    return [row[0] for row in rows]


def _new_rater(db: sqlite3.Connection, participant: str | None, now: float) -> int:
    study_id = db.execute("SELECT study_id FROM study").fetchone()[0]
    number = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'raters'").fetchone()[0]
    db.execute(
        "INSERT INTO raters (rater, rater_id, participant, invited_at) VALUES (?, ?, ?, ?)",
        [number, content_id("rater", study_id, number), participant, now],
    )
    return int(number)


def _note_arrival(db: sqlite3.Connection, rater: int, arrival: Arrival, now: float) -> None:
    count = db.execute("SELECT count(*) FROM arrivals WHERE rater = ?", [rater]).fetchone()[0]
    if count < LINKS_PER_RATER:
        db.execute(
            "INSERT OR IGNORE INTO arrivals VALUES (?, ?, ?, ?, ?)",
            [rater, arrival.participant, arrival.prolific_study, arrival.session, now],
        )


def _waiting(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM raters WHERE place IS NULL AND participant IS NOT NULL").fetchone()[0])


def _forget_waiting(db: sqlite3.Connection, before: float) -> None:
    waiting = "SELECT rater FROM raters WHERE place IS NULL AND participant IS NOT NULL AND invited_at < ?"
    for table in ("arrivals", "links", "raters"):
        db.execute(f"DELETE FROM {table} WHERE rater IN ({waiting})", [before])
