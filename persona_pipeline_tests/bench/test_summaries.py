"""Modes that think or sum up first: what is stored, what the critics see, and what is left out."""

import json

import pytest

from persona_pipeline.bench import answers, critic
from persona_pipeline.bench.drops import summary_drops
from persona_pipeline.bench.intervals import Setting
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories


def scripted(request):
    """A summary that keeps the age and something unheard of, and the answer "Yes."."""
    if "Task: summarise_persona" in request.messages[0].content:
        return factories.said(
            json.dumps({"attributes": ["age", "Ideology: Liberal", "shoe size"], "summary": "Young."})
        )
    return factories.said("Yes.")


def test_the_answer_knows_the_summary_and_not_the_persona():
    bench = run(scripted, lambda _: verdict(False), modes=("summary",))
    wanted = answers.cases(bench.design, answers.Plan(["summary"], ["sim-b"]))
    summed_up = {row["answer_id"]: row for row in bench.answers.to_dict("records")}
    first = answers.requests(wanted, bench.personas, bench.prompts, summed_up)[0].messages[1].content
    assert "<summary>\nYoung.\n</summary>" in first
    assert "hens" not in first
    assert set(bench.answers["summary_attributes"]) == {"age, ideology"}
    assert set(bench.answers["text"]) == {"Yes."}
    assert bench.answers["summary_template"].str.startswith("summarise_persona@").all()


@pytest.mark.parametrize("reply", [factories.TIMEOUT, factories.said("no JSON")])
def test_without_a_summary_no_answer_is_asked_for_and_the_row_says_so(reply):
    rows = run(lambda _: reply, lambda _: verdict(False), modes=("summary",)).answers
    assert len(rows) == 12
    assert set(rows["status"]) == {"not_asked"}
    assert rows["reason"].str.startswith("the summary was ").all()


def test_the_critics_see_the_answer_and_not_the_reasoning():
    said = factories.said("REASONING: They keep hens.\nANSWER: Buy feed.\nDONE")
    bench = run(lambda _: said, lambda _: verdict(False), modes=("chain_of_thought",))
    asked = critic.requests(bench.answers, bench.personas, bench.prompts, judge="sim-a")
    assert set(bench.answers["text"]) == {"Buy feed."}
    assert bench.answers["raw_text"].str.contains("REASONING").all()
    assert all("They keep hens" not in request.messages[1].content for request in asked)


def test_reasoning_without_an_answer_is_invalid():
    rows = run(lambda _: factories.said("I wonder."), lambda _: verdict(False), modes=("chain_of_thought",)).answers
    assert set(rows["status"]) == {"invalid"}


def test_an_attribute_is_dropped_where_the_persona_has_it_and_the_summary_does_not():
    bench = run(scripted, lambda _: verdict(False), modes=("summary",))
    table = summary_drops(bench.answers, bench.personas, setting=Setting(1, 100)).set_index("attribute")
    # the factory's personas have six attributes; two are kept
    assert table["share"].to_dict() == {
        "age": 0,
        "sex": 1,
        "place_of_birth": 1,
        "lifestyle": 1,
        "ideology": 0,
        "religion": 1,
    }
    assert set(table["n_summaries"]) == {12}
