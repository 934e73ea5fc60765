"""What the model is asked, and what its answers decide."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.prompts.classification import stability
from persona_pipeline.schemas.chat import ChatReply
from persona_pipeline.schemas.prompt import DECISIONS
from persona_pipeline.simulation import complete
from persona_pipeline_tests.prompts.factories import asked, candidates, decided, reply, verdict

ASKED = "Who gets to keep the dog?"


def decide(text: str | None, status: str = "ok", **more: object) -> dict[str, object]:
    """The decision on one candidate that passes the rules and gets this reply."""
    one = candidates(ASKED)
    questions = asked(one, model="m")
    return decided(one, questions, [reply(questions[0], text, status, **more)]).to_dict("records")[0]


def test_only_what_passes_the_rules_is_asked():
    questions = asked(candidates("no mark", ASKED, "short?", ASKED + " And the cat?"), model="sim-a")
    assert [request.row_id for request in questions] == ["p1", "p3"]


def test_the_question_is_asked_coldly_with_a_structured_answer_that_reasons_first():
    (request,) = asked(candidates(ASKED), model="sim-a")
    assert (request.stage, request.model, request.temperature) == ("prompts.verdicts", "sim-a", 0.0)
    assert request.template.startswith("classify_prompt@")
    assert list(request.response_schema.json_schema["properties"]) == ["reason", "score", "controversial"]
    assert request.response_schema.json_schema["additionalProperties"] is False
    assert request.response_schema.json_schema["required"] == ["reason", "score", "controversial"]


def test_the_prompt_stands_unchanged_between_tags_and_cannot_leave_them():
    (request,) = asked(candidates("Is </prompt> the end? Say $5 or {x}"), model="m")
    system, user = request.messages
    assert system.content.startswith("Task: classify_prompt\n")
    assert user.content == "<prompt>\nIs ‹/prompt› the end? Say $5 or {x}\n</prompt>"


def test_equal_texts_are_the_same_question():
    one, other = asked(candidates(ASKED, ASKED), model="m")
    assert one.content_hash("here") == other.content_hash("here")


def test_nothing_that_passes_asks_nothing():
    assert asked(candidates("no mark"), model="m") == []


def test_a_yes_keeps_the_prompt_with_score_and_reason():
    row = decide(verdict(True, 0.8, "Dog people and others differ."), simulated=True)
    assert (row["kept"], row["decided_by"], row["rule"], row["score"]) == (True, "model", None, 0.8)
    assert row["decision_reason"] == "Dog people and others differ."
    assert (row["status"], row["reason"], row["simulated"], row["model"]) == ("ok", None, True, "m")


def test_a_no_drops_the_prompt_with_score_and_reason():
    row = decide(verdict(False, 0.1, "One answer serves all."))
    assert (row["kept"], row["score"], row["decision_reason"]) == (False, 0.1, "One answer serves all.")


def test_the_verdict_decides_even_where_the_score_points_the_other_way():
    assert decide(verdict(True, 0.0))["kept"] is True
    assert decide(verdict(False, 1.0))["kept"] is False


def test_a_verdict_inside_a_sentence_or_with_a_field_too_many_is_a_verdict():
    assert decide(f"Here you go: ```json\n{verdict(True)}\n```")["kept"] is True
    assert decide('{"reason": "r", "score": 1, "controversial": true, "topic": "dogs"}')["kept"] is True


def test_half_an_emoji_in_the_reason_is_stored_as_text():
    row = decide('{"reason": "dogs \\ud83d", "score": 1, "controversial": true}')
    assert (row["kept"], row["decision_reason"]) == (True, "dogs ?")


def test_a_verdict_without_words_is_a_verdict():
    assert decide(verdict(True, 0.5, " "))["decision_reason"] == "The model gave no reason."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Yes, very much so.", "the answer holds no JSON object"),
        ('{"reason": "cut', "the answer holds no JSON object"),
        ("[true]", "the answer holds no JSON object"),
        (verdict("perhaps"), "controversial: "),
        (verdict(None), "controversial: "),
        (verdict(True, 1.5), "score: "),
        (verdict(True, -0.1), "score: "),
        (verdict(True, float("nan")), "score: "),
        (verdict(True, None), "score: "),
        ('{"controversial": true}', "reason: Field required"),
        ('{"reason": "r", "score": ' + "1" * 5000 + ', "controversial": true}', "the answer holds no JSON object"),
        ('{"reason": ' + "[" * 5000 + "]" * 5000 + "}", "the answer holds no JSON object"),
        (None, "the answer has no text"),
    ],
)
def test_an_answer_in_another_format_is_a_row_without_a_verdict(text, why):
    row = decide(text)
    assert (row["kept"], row["decided_by"], row["status"], row["raw_text"]) == (False, "model", "invalid", text)
    assert pd.isna(row["score"])
    assert str(row["reason"]).startswith(why)
    assert row["decision_reason"] == f"no usable verdict: {row['reason']}"


def test_an_answer_that_never_came_is_a_row_with_what_went_wrong():
    row = decide(None, "failed", failure_kind="timeout", failure="no answer in 60 s")
    assert (row["kept"], row["status"], row["reason"]) == (False, "failed", "timeout: no answer in 60 s")
    assert pd.isna(row["score"])
    assert row["decision_reason"] == "no usable verdict: timeout: no answer in 60 s"


@pytest.mark.parametrize("status", ["truncated", "filtered", "refused", "empty"])
def test_an_answer_that_is_not_whole_is_never_a_verdict(status):
    row = decide(verdict(True), status)
    assert (row["kept"], row["status"]) == (False, status)
    assert row["decision_reason"] == f"no usable verdict: the answer was {status}"


def test_what_a_rule_dropped_was_never_asked():
    two = candidates("no mark", ASKED)
    questions = asked(two, model="m")
    row = decided(two, questions, [reply(questions[0], verdict(True))]).to_dict("records")[0]
    assert (row["kept"], row["decided_by"], row["rule"]) == (False, "rule", "no_question_mark")
    assert (row["status"], row["reason"]) == ("not_asked", "dropped by the rule no_question_mark")
    assert row["decision_reason"] == "It has no question mark."
    assert (row["model"], row["request_hash"], row["raw_text"]) == (None, None, None)


def test_a_candidate_that_nobody_asked_about_is_not_kept():
    row = decided(candidates(ASKED), [], []).to_dict("records")[0]
    assert (row["kept"], row["status"]) == (False, "not_asked")
    assert row["decision_reason"] == "no usable verdict: no model was asked"


def test_the_order_of_the_questions_does_not_matter():
    three = candidates(ASKED, "no mark", ASKED + " And the cat?")
    questions = asked(three, model="m")
    replies = [reply(questions[0], verdict(True, 0.9)), reply(questions[1], verdict(False, 0.2))]
    there = decided(three, questions, replies)
    assert there.equals(decided(three, questions[::-1], replies[::-1]))
    assert there["score"].isna().tolist() == [False, True, False]


ANSWERS = st.one_of(st.none(), st.text(), st.builds(verdict, st.booleans(), st.floats(0, 1), st.text()))


@given(st.lists(st.tuples(st.sampled_from([ASKED, "no mark", "short?", ""]), ANSWERS)))
def test_in_is_out_and_dropped(given_texts):
    some = candidates(*(text for text, _ in given_texts))
    answer_of = {f"p{at}": answer for at, (_, answer) in enumerate(given_texts)}
    questions = asked(some, model="m")
    replies: list[ChatReply] = [
        reply(request, answer_of[request.row_id], "ok" if answer_of[request.row_id] else "empty")
        for request in questions
    ]
    found = decided(some, questions, replies)
    assert found["prompt_id"].tolist() == some["prompt_id"].tolist()
    assert found.columns.tolist() == DECISIONS.column_names
    assert (found["decided_by"] == "model").sum() == len(questions)
    assert (found["rule"].notna() == (found["decided_by"] == "rule")).all()
    assert (found["score"].notna() == (found["status"] == "ok")).all()
    assert found["decision_reason"].str.len().gt(0).all()
    assert not (found["kept"] & (found["status"] != "ok")).any()


SEVERAL = (verdict(True, 0.9, "Yes."), verdict(False, 0.2, "No."))


def drawn(*answers: str | None) -> dict[str, object]:
    """The decision on one candidate that these draws speak of; None is an answer that cannot be used."""
    one = candidates(ASKED)
    questions = asked(one, draws=len(answers))
    replies = [reply(q, a, "ok" if a else "refused") for q, a in zip(questions, answers, strict=True)]
    return decided(one, questions, replies).to_dict("records")[0]


def test_several_draws_are_several_questions_at_temperature_1():
    questions = asked(candidates(ASKED, ASKED + " And the cat?"), draws=3)
    assert [(q.row_id, q.draw, q.temperature) for q in questions[:4]] == [
        ("p0", 0, 1.0),
        ("p0", 1, 1.0),
        ("p0", 2, 1.0),
        ("p1", 0, 1.0),
    ]
    assert len({q.content_hash("here") for q in questions}) == 6


def test_the_majority_of_the_draws_decides_with_its_first_reason_and_the_mean_score():
    yes, no = SEVERAL
    row = drawn(no, yes, yes)
    assert (row["kept"], row["draws"], row["decision_reason"]) == (True, 3, "Yes.")
    assert row["agreement"] == pytest.approx(2 / 3)
    assert row["score"] == pytest.approx((0.2 + 0.9 + 0.9) / 3)


def test_where_draws_are_even_the_mean_score_decides_and_a_half_keeps_nothing():
    assert drawn(verdict(True, 0.9), verdict(False, 0.2))["kept"] is True  # mean 0.55
    assert drawn(verdict(True, 0.6), verdict(False, 0.2))["kept"] is False  # mean 0.4
    assert drawn(verdict(True, 0.8), verdict(False, 0.2))["kept"] is False  # mean 0.5
    assert drawn(*SEVERAL)["agreement"] == 0.5


def test_draws_that_cannot_be_used_have_no_voice():
    yes, _ = SEVERAL
    row = drawn(None, yes, "what?")
    assert (row["kept"], row["draws"], row["agreement"], row["status"]) == (True, 1, None, "ok")
    nothing = drawn(None, "what?")
    assert (nothing["kept"], nothing["draws"], nothing["status"]) == (False, 0, "refused")


def test_the_flip_rate_is_the_share_of_prompts_whose_draws_disagree():
    yes, no = SEVERAL
    four = candidates(*[f"{ASKED} Number {n}?" for n in range(4)])
    questions = asked(four, draws=2)
    answers = [yes, yes, no, no, yes, no, None, yes]  # two agree, one flips, one has a single usable draw
    replies = [reply(q, a, "ok" if a else "refused") for q, a in zip(questions, answers, strict=True)]
    found = stability(decided(four, questions, replies))
    assert found == {
        "prompts_drawn_again": 3,
        "flip_rate": pytest.approx(1 / 3),
        "mean_agreement": pytest.approx(2.5 / 3),
    }


def test_one_draw_each_says_nothing_of_flips():
    one = candidates(ASKED)
    questions = asked(one)
    assert stability(decided(one, questions, [reply(questions[0], verdict(True))])) == {"prompts_drawn_again": 0}


def test_the_simulated_models_verdicts_flip_as_often_as_planted():
    """A draw flips with 5 %: with three draws a prompt disagrees with itself with 1 − 0.95² = 9.75 %."""
    some = candidates(*[f"Should the {n}th of us keep the dog?" for n in range(1500)])
    questions = asked(some, model="sim-a", draws=3)
    texts = [complete("sim-a", q.messages, seed=q.draw).text for q in questions]
    replies = [reply(q, text) for q, text in zip(questions, texts, strict=True)]
    found = stability(decided(some, questions, replies))
    assert found["flip_rate"] == pytest.approx(0.0975, abs=3 * (0.0975 * 0.9025 / 1500) ** 0.5)
