from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from persona_pipeline.study.app import answers, raters
from persona_pipeline.study.app.answers import Given, Outcome
from persona_pipeline.study.app.raters import Rater
from persona_pipeline.study.app.store import Store
from persona_pipeline_tests.study.served import made


@dataclass
class Seat:
    """A rater who consented, with a clock of their own."""

    store: Store
    rater: Rater
    now: float = 100.0

    def show(self, position: int = 1) -> answers.Shown:
        with self.store.changing() as db:
            return answers.show(db, self.rater, position, self.now)

    def submit(self, choice: str, reason: str, seen: int = 0, active_s: float | None = None) -> Outcome:
        with self.store.changing() as db:
            return answers.submit(db, self.rater, 1, Given(choice, reason, seen, active_s), self.now)

    def draft(self, choice: str | None, reason: str, seen: int = 0, active_s: float = 0.0) -> bool:
        with self.store.changing() as db:
            return answers.save_draft(db, self.rater, 1, Given(choice, reason, seen, active_s), self.now)

    def stored(self) -> list[tuple[object, ...]]:
        with self.store.reading() as db:
            return [tuple(row) for row in db.execute("SELECT choice, reason, open_s, active_s FROM answers")]


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    store, tokens = made(tmp_path / "s.sqlite")
    with store.changing() as db:
        rater = raters.by_token(db, tokens[0])
        assert rater is not None
        raters.consent(db, rater, "terms", 100.0)
        rater = raters.by_number(db, rater.rater)
    yield Seat(store, rater)
    store.close()


def test_an_answer_sent_twice_is_stored_once(seat):
    assert [seat.submit("A", "short"), seat.submit("A", "short")] == ["stored", "same"]
    assert len(seat.stored()) == 1


def test_a_changed_answer_stands_beside_the_one_before_and_the_latest_counts(seat):
    seat.submit("A", "short")
    assert seat.submit("B", "long", seen=seat.show().seen) == "stored"
    assert [row[0] for row in seat.stored()] == ["A", "B"]
    with seat.store.reading() as db:
        assert [row["choice"] for row in answers.given_so_far(db, seat.rater)] == ["B"]


def test_a_form_older_than_the_answer_that_stands_does_not_replace_it(seat):
    seat.submit("A", "short")
    assert seat.submit("B", "from another window", seen=0) == "conflict"
    assert seat.show().choice == "A"


def test_nothing_changes_after_the_end(seat):
    seat.submit("A", "short")
    with seat.store.changing() as db:
        db.execute("UPDATE raters SET finished_at = 1")
        seat.rater = raters.by_number(db, seat.rater.rater)
    assert seat.submit("B", "later", seen=1) == "closed"
    assert seat.submit("A", "short", seen=1) == "same"
    assert not seat.draft("B", "later", seen=1)


def test_a_draft_is_there_when_the_rater_comes_back_and_gone_once_the_answer_is_sent(seat):
    assert seat.draft(None, "They li")
    assert (seat.show().choice, seat.show().reason) == (None, "They li")
    seat.submit("A", "They like it.")
    assert seat.show().reason == "They like it."
    assert not seat.draft(None, "They li")  # was under way when the answer was sent
    assert seat.show().reason == "They like it."


def test_time_counts_from_the_first_showing_and_a_browsers_claim_is_bounded_by_it(seat):
    seat.show()
    seat.now = 160.0
    seat.show()
    seat.submit("A", "short", active_s=1e9)
    assert seat.stored() == [("A", "short", 60.0, 60.0)]


def test_visible_time_goes_on_where_a_draft_left_off(seat):
    seat.show()
    seat.now = 200.0
    seat.draft("A", "sh", active_s=12.5)
    assert seat.show().active_s == 12.5
