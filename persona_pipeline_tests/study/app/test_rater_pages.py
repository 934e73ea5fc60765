"""A rater's way, with plain HTTP and no script: what the pages do by themselves."""

from collections.abc import Iterator

import pytest

from persona_pipeline_tests.study.served import CODE, REASON, Study, hidden, served


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    with served(tmp_path_factory.mktemp("study") / "s.sqlite", invited=12) as found:
        yield found


def test_a_whole_study_without_a_script_ends_with_the_code(study):
    rater = study.visitor(0)
    page = rater.whole().text
    assert CODE in page
    assert CODE in rater.get().text  # the link keeps showing it
    assert study.rows("SELECT count(*) FROM answers WHERE rater = 1") == [(5,)]


def test_consent_needs_both_boxes_and_nothing_is_shown_before_it(study):
    rater = study.visitor(1)
    refused = rater.post("/consent", form=rater.form, agree="yes")
    assert refused.status_code == 422
    assert "tick both boxes" in refused.text
    assert rater.get("/item/1").url == rater.link
    assert study.rows("SELECT place FROM raters WHERE rater = 2") == [(None,)]


def test_items_come_one_after_the_other_and_none_is_skipped(study):
    rater = study.visitor(2)
    rater.consent()
    assert rater.get("/item/3").url.endswith("/item/1")
    assert rater.answer(1).url.endswith("/item/2")
    assert rater.get().url.endswith("/item/2")
    assert rater.get("/review").url.endswith("/item/2")
    assert rater.get("/item/1").status_code == 200  # back is allowed
    assert rater.get("/item/99999999999999999999").url.endswith("/item/2")


def test_what_is_missing_is_said_and_what_was_typed_is_kept(study):
    rater = study.visitor(3)
    rater.consent()
    refused = rater.answer(1, choice="", reason="Too short")
    assert refused.status_code == 422
    assert "Choose answer A or answer B." in refused.text
    assert "1 to go" in refused.text
    assert "Too short" in rater.get("/item/1").text
    assert study.rows("SELECT count(*) FROM answers WHERE rater = 4") == [(0,)]


def test_the_fifth_rater_of_four_places_is_told_that_the_study_is_full(study):
    assert [study.visitor(number).consent().status_code for number in (1, 4, 5)] == [200, 409, 409]
    assert "The study is full" in study.visitor(5).consent().text


def test_an_answer_given_in_another_window_meanwhile_is_not_replaced_unknowingly(study):
    rater = study.visitor(3)
    first = rater.answer(1, "A")
    old = rater.answer(1, "B", "Another reason altogether", seen=0)
    assert (first.status_code, old.status_code) == (200, 409)
    assert "Another reason altogether" in old.text  # what was typed is not lost
    assert study.rows("SELECT choice FROM current_answers WHERE rater = 4") == [("A",)]
    assert rater.answer(1, "B").status_code == 200
    assert study.rows("SELECT choice FROM answers WHERE rater = 4") == [("A",), ("B",)]


def test_a_draft_is_kept_by_itself_and_refused_for_what_is_answered(study):
    rater = study.visitor(3)
    page = rater.get("/item/2").text
    fields = {"form": hidden(page, "form"), "seen": hidden(page, "seen"), "choice": "B", "reason": "Because"}
    assert rater.post("/draft/2", **fields).status_code == 204
    assert "Because" in rater.get("/item/2").text
    rater.answer(2, "B", REASON)
    assert rater.post("/draft/2", **fields).status_code == 409
    assert rater.post("/draft/5", **fields).status_code == 404


def test_prolific_sends_the_same_participant_to_the_same_place(study):
    link = f"{study.address}/join?PROLIFIC_PID=5f1a&STUDY_ID=60aa&SESSION_ID=71bb"
    before = study.rows("SELECT count(*) FROM raters")[0][0]
    first, again = (study.visitor().session.get(link, timeout=20) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.url != again.url  # a link each, one rater
    assert study.rows("SELECT count(*) FROM raters")[0][0] == before + 1
    assert study.rows("SELECT participant, prolific_study, session FROM arrivals") == [("5f1a", "60aa", "71bb")]
    assert study.visitor().session.get(f"{study.address}/join", timeout=20).status_code == 400
