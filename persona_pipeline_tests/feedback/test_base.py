import pytest

from persona_pipeline.errors import InputError
from persona_pipeline.feedback import base
from persona_pipeline.feedback.assignment import assign
from persona_pipeline.schemas.feedback import BASE_RESPONSES
from persona_pipeline_tests.feedback import factories

PEOPLE, QUESTIONS = factories.personas(4), factories.prompts(6, 2)


def assigned(base_per="prompt"):
    return assign(PEOPLE, QUESTIONS, pairs_per_persona=4, base_per=base_per, seed=1)


def test_a_shared_base_answer_is_asked_for_once():
    requests = base.requests(assigned(), QUESTIONS, model="sim-a")
    assert len(requests) == assigned()["prompt_id"].nunique()
    assert {request.draw for request in requests} == {0}


def test_own_base_answers_are_independent_draws_of_the_same_question():
    requests = base.requests(assigned("pair"), QUESTIONS, model="sim-a")
    assert len(requests) == 16
    assert len({request.content_hash("x") for request in requests}) == 16
    assert len({request.messages for request in requests}) == assigned()["prompt_id"].nunique()


def test_a_base_request_knows_nothing_of_any_persona():
    for request in base.requests(assigned(), QUESTIONS, model="sim-a"):
        assert request.messages[0].content.startswith("Task: answer\n")
        assert "persona" not in request.messages[1].content


def test_replies_become_one_row_each_with_text_or_a_reason():
    script = iter([factories.said(" Yes. "), factories.TIMEOUT, {"status": "truncated", "text": "Ye"}])
    assignments = assigned()
    requests = base.requests(assignments, QUESTIONS, model="sim-a")
    replies = factories.answers(requests, lambda _: next(script, factories.said("\n")))
    rows = base.parse(assignments, requests, replies)
    assert list(rows.columns) == BASE_RESPONSES.column_names
    assert rows["base_id"].tolist() == [request.row_id for request in requests]
    assert rows["status"].tolist()[:4] == ["ok", "failed", "truncated", "invalid"]
    assert rows["text"].tolist()[:4] == ["Yes.", None, None, None]
    assert rows["reason"].tolist()[:4] == [
        None,
        "timeout: no answer in 60 s",
        "the answer was truncated",
        "the answer is blank",
    ]
    assert rows["raw_text"].tolist()[:4] == [" Yes. ", None, "Ye", "\n"]


def test_a_base_answer_that_was_never_asked_for_is_a_row_all_the_same():
    rows = base.parse(assigned(), [], [])
    assert set(rows["status"]) == {"not_asked"}
    assert len(rows) == assigned()["base_id"].nunique()


def test_a_prompt_that_is_gone_is_named():
    with pytest.raises(InputError, match=r"prompts\.prompts: there is no row 'prompt-"):
        base.requests(assigned(), QUESTIONS.head(0), model="sim-a")
