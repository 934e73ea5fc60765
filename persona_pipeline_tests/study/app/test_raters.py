from collections.abc import Iterator
from pathlib import Path

import pytest

from persona_pipeline.study.app import raters
from persona_pipeline.study.app.answers import Given, submit
from persona_pipeline.study.app.raters import Arrival, Rater
from persona_pipeline.study.app.store import Store
from persona_pipeline_tests.study.designs import ITEMS
from persona_pipeline_tests.study.served import made

NOW = 1_000.0


@pytest.fixture
def study(tmp_path: Path) -> Iterator[tuple[Store, list[str]]]:
    store, tokens = made(tmp_path / "s.sqlite", invited=5)  # 4 places
    yield store, tokens
    store.close()


def consenting(store: Store, token: str) -> Rater:
    with store.changing() as db:
        found = raters.by_token(db, token)
        assert found is not None
        raters.consent(db, found, "terms", NOW)
        return raters.by_number(db, found.rater)


def test_places_are_filled_persona_by_persona_and_the_fifth_of_four_gets_none(study):
    store, tokens = study
    found = [consenting(store, token) for token in tokens]
    assert [rater.persona_id for rater in found] == ["persona-1", "persona-2", "persona-1", "persona-2", None]
    assert [rater.items for rater in found] == [ITEMS] * 4 + [0]


def test_consenting_twice_keeps_the_place(study):
    store, tokens = study
    assert consenting(store, tokens[0]).place == consenting(store, tokens[0]).place == 1


def test_no_token_is_kept_in_any_file_of_the_study(study):
    store, tokens = study
    kept = b"".join(path.read_bytes() for path in store.path.parent.glob("s.sqlite*"))
    assert not any(token.encode() in kept for token in tokens)
    assert len(set(tokens)) == 5
    assert min(map(len, tokens)) >= 32  # 24 random bytes


def test_a_participant_is_always_the_same_rater_whatever_link_they_come_over(study):
    store, _ = study
    with store.changing() as db:
        first, again, other = (raters.join(db, Arrival(pid), NOW) for pid in ("one", "one", "two"))
        found = [raters.by_token(db, str(token)) for token in (first, again, other)]
    assert first != again
    assert [rater.participant for rater in found if rater] == ["one", "one", "two"]
    assert found[0] == found[1] != found[2]


def test_the_first_participant_of_a_link_stays_its_participant(study):
    store, tokens = study
    with store.changing() as db:
        for pid in ("one", "two"):
            found = raters.by_token(db, tokens[0])
            assert found is not None
            raters.arrive(db, found, Arrival(pid, "study", "session"), NOW)
        assert raters.by_number(db, found.rater).participant == "one"
        assert [row["participant"] for row in db.execute("SELECT participant FROM arrivals")] == ["one", "two"]


def test_participants_who_never_consent_do_not_close_the_general_link(study, monkeypatch):
    store, _ = study
    monkeypatch.setattr(raters, "MOST_WAITING", 2)
    with store.changing() as db:
        for pid in ("one", "two"):
            assert raters.join(db, Arrival(pid), NOW)
        assert raters.join(db, Arrival("three"), NOW + 60) is None
        assert raters.join(db, Arrival("one"), NOW + 60)  # who is known comes in
        assert raters.join(db, Arrival("three"), NOW + raters.WAITING_S + 1)


def test_a_released_place_is_given_to_the_next(study):
    store, tokens = study
    first, *_ = [consenting(store, token) for token in tokens]
    with store.changing() as db:
        raters.release(db, first.rater, NOW)
    assert consenting(store, tokens[4]).place == first.place


def test_forgetting_leaves_nothing_that_somebody_gave(study):
    store, tokens = study
    rater = consenting(store, tokens[0])
    with store.changing() as db:
        raters.arrive(db, rater, Arrival("pid-of-somebody", "study", "session"), NOW)
        submit(db, rater, 1, Given("A", "Because my aunt Ottilie says so.", 0, 1.0), NOW)
        assert raters.numbers_of(db, "pid-of-somebody") == [rater.rater]
        assert raters.forget(db, rater.rater, NOW) == 1
        assert raters.by_token(db, tokens[0]) is None
    store.erase_traces()
    kept = b"".join(path.read_bytes() for path in store.path.parent.glob("s.sqlite*"))
    assert b"Ottilie" not in kept
    assert b"pid-of-somebody" not in kept
    assert consenting(store, tokens[1]).place == rater.place


def test_finishing_needs_every_answer(study):
    store, tokens = study
    rater = consenting(store, tokens[0])
    with store.changing() as db:
        for position in range(1, ITEMS + 1):
            assert not raters.finish(db, raters.by_number(db, rater.rater), NOW)
            submit(db, rater, position, Given("A", "because", 0, None), NOW)
        assert raters.finish(db, raters.by_number(db, rater.rater), NOW)
