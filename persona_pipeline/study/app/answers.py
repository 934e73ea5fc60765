"""What a rater is shown and gives: an item, a draft of an answer, and the answer itself."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from persona_pipeline.study.app.raters import Rater

Outcome = Literal["stored", "same", "conflict", "closed"]


@dataclass(frozen=True)
class Shown:
    """An item as a rater finds it, with what they gave before.

    Args:
        choice, reason: of the draft, or else of the answer.
        seen: the number of the answer that stands, 0 without one; a form carries it, so that an answer given
            meanwhile in another window is not replaced unknowingly.
        active_s: for how long the page was visible before, in seconds.
    """

    position: int
    question: str
    answer_a: str
    answer_b: str
    choice: str | None
    reason: str
    seen: int
    active_s: float


@dataclass(frozen=True)
class Given:
    """An answer, or a draft of one, as a form brings it.

    Args:
        choice: None only in a draft.
        active_s: for how long the page was visible, as the browser says; None without a script.
    """

    choice: str | None
    reason: str
    seen: int
    active_s: float | None


def show(db: sqlite3.Connection, rater: Rater, position: int, now: float) -> Shown:
    """The item at a position; the first time it is shown is noted."""
    db.execute("INSERT OR IGNORE INTO views VALUES (?, ?, ?)", [rater.rater, position, now])
    item = db.execute(
        "SELECT question, answer_a, answer_b FROM place_items JOIN items USING (item_id) "
        "WHERE place = ? AND position = ?",
        [rater.place, position],
    ).fetchone()
    draft, answer = _draft(db, rater, position), _current(db, rater, position)
    given = draft or answer
    return Shown(
        position=position,
        question=item["question"],
        answer_a=item["answer_a"],
        answer_b=item["answer_b"],
        choice=given["choice"] if given else None,
        reason=given["reason"] if given else "",
        seen=answer["answer"] if answer else 0,
        active_s=max((row["active_s"] or 0.0 for row in (draft, answer) if row), default=0.0),
    )


def save_draft(db: sqlite3.Connection, rater: Rater, position: int, draft: Given, now: float) -> bool:
    """Keeps what is not sent yet; False when the rater's part has ended, or the item was answered meanwhile."""
    answer = _current(db, rater, position)
    if rater.finished or rater.released or draft.seen != (answer["answer"] if answer else 0):
        return False
    active_s = _bounded(db, rater, position, draft.active_s or 0, now)
    db.execute(
        "INSERT INTO drafts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (rater, position) DO UPDATE SET "
        "choice = excluded.choice, reason = excluded.reason, saved_at = excluded.saved_at, "
        "active_s = max(active_s, excluded.active_s)",
        [rater.rater, position, draft.choice, draft.reason, active_s, now],
    )
    return True


def submit(db: sqlite3.Connection, rater: Rater, position: int, given: Given, now: float) -> Outcome:
    """Stores an answer, so that an item counts once however often it is sent.

    `same`: it stands already. `conflict`: another answer was given since the form was shown. `closed`: the rater's
    part has ended. A changed answer is stored beside the one before.
    """
    answer = _current(db, rater, position)
    if answer and (answer["choice"], answer["reason"]) == (given.choice, given.reason):
        _drop_draft(db, rater, position)
        return "same"
    if rater.finished or rater.released:
        return "closed"
    if answer and answer["answer"] != given.seen:
        return "conflict"
    db.execute(
        "INSERT INTO answers (rater, position, item_id, choice, reason, answered_at, open_s, active_s) "
        "SELECT :rater, position, item_id, :choice, :reason, :now, :open_s, :active_s FROM place_items "
        "WHERE place = :place AND position = :position",
        {
            "rater": rater.rater,
            "place": rater.place,
            "position": position,
            "choice": given.choice,
            "reason": given.reason,
            "now": now,
            "open_s": _open_s(db, rater, position, now),
            "active_s": None if given.active_s is None else _bounded(db, rater, position, given.active_s, now),
        },
    )
    _drop_draft(db, rater, position)
    return "stored"


def given_so_far(db: sqlite3.Connection, rater: Rater) -> list[sqlite3.Row]:
    """The rater's answers that count, with their questions, in the order shown."""
    return db.execute(
        "SELECT position, question, choice, a.reason FROM current_answers a JOIN items USING (item_id) "
        "WHERE rater = ? ORDER BY position",
        [rater.rater],
    ).fetchall()


def _current(db: sqlite3.Connection, rater: Rater, position: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT answer, choice, reason, active_s FROM answers WHERE rater = ? AND position = ? "
        "ORDER BY answer DESC LIMIT 1",
        [rater.rater, position],
    ).fetchone()
    return found


def _draft(db: sqlite3.Connection, rater: Rater, position: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute(
        "SELECT choice, reason, active_s FROM drafts WHERE rater = ? AND position = ?", [rater.rater, position]
    ).fetchone()
    return found


def _drop_draft(db: sqlite3.Connection, rater: Rater, position: int) -> None:
    db.execute("DELETE FROM drafts WHERE rater = ? AND position = ?", [rater.rater, position])


def _open_s(db: sqlite3.Connection, rater: Rater, position: int, now: float) -> float:
    """Seconds since the item was first shown; breaks count."""
    first = db.execute(
        "SELECT first_shown_at FROM views WHERE rater = ? AND position = ?", [rater.rater, position]
    ).fetchone()
    return max(0.0, now - first[0]) if first else 0.0


def _bounded(db: sqlite3.Connection, rater: Rater, position: int, active_s: float, now: float) -> float:
    """A time that a browser claims, but no longer than the item has been there."""
    return min(max(0.0, active_s), _open_s(db, rater, position, now))
