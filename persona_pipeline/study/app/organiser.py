"""What whoever runs the study sees: how far it is, how long it takes, who does not read, and agreement so far."""

import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from persona_pipeline.agreement.metrics import METRICS, Statistic
from persona_pipeline.agreement.units import Units
from persona_pipeline.statistics import insufficient

SIDES = {"A": 0, "B": 1}
HASTY_S = 8.0  # a median below this is marked: nobody reads two answers in it
SHOWN_METRICS = ("raw_agreement", "krippendorff_alpha", "gwet_ac1")


@dataclass
class Row:
    """A rater who consented.

    Args:
        median_s: seconds per item, without breaks where the browser said; None before the first answer.
        checks_failed, checks_seen: attention checks answered otherwise than asked, and answered at all.
        flips: of the items shown twice, how many were answered differently; None where none was.
        shares_participant: somebody of the same participant id has another place.
    """

    rater: int
    rater_id: str
    persona_id: str
    status: str
    participant: str | None
    items: int
    answered: int = 0
    seconds: list[float] = field(default_factory=list)
    checks_failed: int = 0
    checks_seen: int = 0
    flips: int = 0
    repeated: int = 0
    shares_participant: bool = False

    @property
    def median_s(self) -> float | None:
        return statistics.median(self.seconds) if self.seconds else None

    @property
    def hasty(self) -> bool:
        return self.median_s is not None and self.median_s < HASTY_S


@dataclass(frozen=True)
class Agreement:
    """A statistic over all items with two ratings or more."""

    name: str
    description: str
    value: float | None
    reason: str | None


@dataclass(frozen=True)
class Overview:
    """Args: places: how many raters the design wants; invited: links and arrivals, whether they consented or not."""

    places: int
    invited: int
    rows: list[Row]
    compared: int
    agreement: list[Agreement]

    @property
    def counted(self) -> list[Row]:
        """Raters who were not let go."""
        return [row for row in self.rows if row.status in ("rating", "finished")]

    @property
    def finished(self) -> int:
        return sum(row.status == "finished" for row in self.rows)

    @property
    def answers(self) -> int:
        return sum(row.answered for row in self.counted)

    @property
    def median_s(self) -> float | None:
        seconds = [each for row in self.counted for each in row.seconds]
        return statistics.median(seconds) if seconds else None


@dataclass(frozen=True)
class _Answer:
    rater: int
    item_id: str
    choice: str
    seconds: float
    expected: str | None
    repeats: str | None


def overview(db: sqlite3.Connection) -> Overview:
    rows = {row.rater: row for row in _rows(db)}
    answers = _answers(db)
    first = {(answer.rater, answer.item_id): answer.choice for answer in answers}
    for answer in answers:
        _count(rows[answer.rater], answer, first)
    attentive = {row.rater for row in rows.values() if row.status != "let go" and not row.checks_failed}
    units = _units([answer for answer in answers if answer.rater in attentive])
    places, invited = db.execute("SELECT (SELECT count(*) FROM places), (SELECT count(*) FROM raters)").fetchone()
    return Overview(places, invited, list(rows.values()), int(units.comparable.sum()), _agreement(units))


def _rows(db: sqlite3.Connection) -> list[Row]:
    found = db.execute(
        "SELECT rater, rater_id, persona_id, participant, "
        "CASE WHEN forgotten_at IS NOT NULL THEN 'deleted' WHEN released_at IS NOT NULL THEN 'let go' "
        "WHEN finished_at IS NOT NULL THEN 'finished' ELSE 'rating' END AS status, "
        "(SELECT count(*) FROM place_items i WHERE i.place = raters.place) AS items, "
        "EXISTS (SELECT 1 FROM arrivals a JOIN arrivals b USING (participant) WHERE a.rater = raters.rater "
        "AND b.rater <> a.rater) AS shares_participant FROM raters JOIN places USING (place) ORDER BY rater"
    )
    return [Row(**{**row, "shares_participant": bool(row["shares_participant"])}) for row in map(dict, found)]


def _answers(db: sqlite3.Connection) -> list[_Answer]:
    found = db.execute(
        "SELECT rater, item_id, choice, coalesce(active_s, open_s), expected, repeats "
        "FROM current_answers JOIN items USING (item_id)"
    )
    return [_Answer(*row) for row in found]


def _count(row: Row, answer: _Answer, first: dict[tuple[int, str], str]) -> None:
    row.answered += 1
    row.seconds.append(answer.seconds)
    if answer.expected is not None:
        row.checks_seen += 1
        row.checks_failed += answer.choice != answer.expected
    if answer.repeats is not None and (answer.rater, answer.repeats) in first:
        row.repeated += 1
        # shown again with the sides swapped: the same side is the other answer
        row.flips += answer.choice == first[answer.rater, answer.repeats]


def _units(answers: Sequence[_Answer]) -> Units:
    """Items × raters, without checks and repeats."""
    plain = [answer for answer in answers if answer.expected is None and answer.repeats is None]
    items = {item: number for number, item in enumerate(sorted({answer.item_id for answer in plain}))}
    raters = {rater: number for number, rater in enumerate(sorted({answer.rater for answer in plain}))}
    codes = np.full((len(items), len(raters)), -1, dtype=np.int64)
    for answer in plain:
        codes[items[answer.item_id], raters[answer.rater]] = SIDES[answer.choice]
    return Units(codes, len(SIDES))


def _agreement(units: Units) -> list[Agreement]:
    return [_measured(name, units.where(units.comparable)) for name in SHOWN_METRICS]


def _measured(name: str, units: Units) -> Agreement:
    metric, n_items = METRICS.get(name), len(units.codes)
    nothing = Statistic(float("nan"), "no item has two ratings yet")
    found = metric(units) if n_items else nothing
    value = None if np.isnan(found.value) else found.value
    return Agreement(name.replace("_", " "), metric.description, value, found.reason or insufficient(n_items))
