import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from persona_pipeline.study.app.answers import Given
from persona_pipeline.study.app.forms import FORM, arrival, fields_of, given, plain, problems
from persona_pipeline.study.app.raters import Arrival
from persona_pipeline.study.app.terms import MAX_REASON, Terms

TERMS = Terms(min_reason=10)


@holds_for(st.binary(max_size=300))
def test_any_body_is_a_form_or_none(body):
    fields = fields_of(FORM, body)
    if fields is not None:
        found = given(fields)
        assert found.choice in ("A", "B", None)
        assert found.seen >= 0


@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""])
def test_only_forms_as_our_pages_send_them_are_read(media_type):
    assert fields_of(media_type, b"choice=A") is None


def test_more_fields_than_any_form_has_are_refused():
    assert fields_of(FORM, b"&".join(b"a%d=1" % n for n in range(21))) is None


@holds_for(st.text(max_size=200))
def test_plain_text_has_no_control_characters_and_is_plain_already(text):
    found = plain(text)
    assert plain(found) == found
    assert not any(ord(c) < 32 and c != "\n" for c in found)


def test_blanks_do_not_make_a_reason_longer():
    assert plain("  so\t\t so  \r\n\r\n fine\x00 ") == "so so\n\nfine"


def test_an_answer_needs_a_choice_and_a_reason_of_some_length():
    assert problems(Given("A", "x" * 10, 0, None), TERMS, raw_reason="x" * 10) == {}
    assert set(problems(Given(None, "x" * 9, 0, None), TERMS, raw_reason="x" * 9)) == {"choice", "reason"}
    assert "shorten" in problems(Given("A", "x", 0, None), TERMS, raw_reason="x" * (MAX_REASON + 1))["reason"]


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "1e999", "soon", ""])
def test_a_time_that_cannot_be_is_none(seconds):
    assert given({"active_s": seconds}).active_s is None


@pytest.mark.parametrize("pid", ["", "{{%PROLIFIC_PID%}}", "a b", "x" * 65, "<script>", "1'; DROP TABLE raters--"])
def test_what_cannot_be_a_participant_is_nobody(pid):
    assert arrival({"PROLIFIC_PID": pid}) is None


def test_a_participant_comes_with_the_study_and_the_submission():
    query = {"PROLIFIC_PID": "5f1a", "STUDY_ID": "60aa", "SESSION_ID": "71bb"}
    assert arrival(query) == Arrival("5f1a", "60aa", "71bb")
    assert arrival({**query, "SESSION_ID": "<b>"}) is None
