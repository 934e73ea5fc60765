import json

import pytest

from persona_pipeline.schemas.chat import Message
from persona_pipeline.schemas.replies import sections
from persona_pipeline.simulation import MODELS, respond, truth
from persona_pipeline.simulation.answers import RESPONDERS
from persona_pipeline.simulation.themes import themes_in
from persona_pipeline.simulation.world import wanted_themes
from persona_pipeline_tests.simulation.prompts import personas, prompt, questions

PERSONA, QUESTION = personas(1)[0], questions(1)[0]
FILLED = {
    "classify_prompt": {"prompt": QUESTION},
    "name_topic": {"terms": "dog, cat", "examples": QUESTION},
    "check_consistency": {"persona": PERSONA},
    "enrich_persona": {"persona": PERSONA, "cues": "quirk: hums"},
    "answer": {"question": QUESTION},
    "critique": {"persona": PERSONA, "question": QUESTION, "answer": "One. Two."},
    "revise": {"question": QUESTION, "answer": "One. Two.", "critique": "Bring in thrift and wonder."},
    "judge": {"persona": PERSONA, "question": QUESTION, "answer_a": "thrift", "answer_b": "wonder"},
    "answer_for_persona": {"persona": PERSONA, "question": QUESTION},
    "answer_step_by_step": {"persona": PERSONA, "question": QUESTION},
    "summarise_persona": {"persona": PERSONA, "question": QUESTION},
    "subtlety": {"persona": PERSONA, "question": QUESTION, "answer": "thrift"},
    "critic": {"persona": PERSONA, "question": QUESTION, "answer": "thrift"},
}


def base(question: str, model: str = "sim-a", seed: int = 0) -> str:
    return respond(model, prompt("answer", question=question), seed)


def revision(persona: str, question: str, answer: str, model: str = "sim-a") -> str:
    critique = respond(model, prompt("critique", persona=persona, question=question, answer=answer))
    found = sections(critique, ("EVALUATION", "SUGGESTIONS"))
    assert found is not None
    said = f"{found['EVALUATION']}\n{found['SUGGESTIONS']}"
    revised = respond(model, prompt("revise", question=question, answer=answer, critique=said))
    found = sections(revised, ("REVISED PREFERENCE",))
    assert found is not None
    return found["REVISED PREFERENCE"]


def passes(persona: str, question: str, answer: str, critic: str = "sim-a") -> bool:
    verdict = json.loads(respond(critic, prompt("critic", persona=persona, question=question, answer=answer)))
    return not verdict["needs_revision"]


def test_every_kind_of_the_protocol_has_a_responder() -> None:
    assert set(RESPONDERS) == set(FILLED)


@pytest.mark.parametrize("kind", FILLED)
@pytest.mark.parametrize("model", MODELS)
def test_the_same_question_gets_the_same_answer(kind: str, model: str) -> None:
    assert respond(model, prompt(kind, **FILLED[kind]), 3) == respond(model, prompt(kind, **FILLED[kind]), 3) != ""


@pytest.mark.parametrize("kind", FILLED)
def test_a_prompt_without_its_tags_is_answered_all_the_same(kind: str) -> None:
    assert respond("sim-a", prompt(kind))


JSON_FIELDS = {
    "classify_prompt": {"controversial": bool, "score": float, "reason": str},
    "name_topic": {"reason": str, "name": str},
    "check_consistency": {"consistent": bool, "reason": str},
    "judge": {"choice": str, "reason": str},
    "summarise_persona": {"attributes": list, "summary": str},
    "critic": {"personalisation": str, "helpfulness": str, "conclusion": str, "needs_revision": bool},
}


@pytest.mark.parametrize("kind", JSON_FIELDS)
def test_json_answers_have_the_fields_asked_for(kind: str) -> None:
    found = json.loads(respond("sim-b", prompt(kind, **FILLED[kind])))
    assert {name: type(value) for name, value in found.items()} == JSON_FIELDS[kind]


def test_answers_differ_by_question_and_by_draw() -> None:
    asked = questions(50)
    assert len({base(question) for question in asked}) == 50
    assert len({base(asked[0], seed=draw) for draw in range(8)}) >= 6


def test_an_answer_brings_in_two_themes_and_no_more() -> None:
    assert {len(themes_in(base(question))) for question in questions(200)} == {2}


def test_a_theme_in_the_question_is_not_taken_up_by_accident() -> None:
    assert len(themes_in(base("Is thrift, privacy or tradition worth more than zeal?", seed=5))) == 2


def test_a_revision_is_shorter_than_its_base_and_names_no_attribute() -> None:
    for persona, question in zip(personas(100), questions(100), strict=True):
        answer = base(question)
        revised = revision(persona, question, answer)
        assert len(revised.split()) < len(answer.split())
        assert not any(line in revised for line in persona.splitlines())
        assert "value" not in revised


def test_a_critique_names_the_themes_of_the_most_influential_attributes() -> None:
    critique = respond("sim-d", prompt("critique", **FILLED["critique"]))
    assert set(themes_in(critique.partition("SUGGESTIONS:")[2])) == set(wanted_themes(PERSONA, QUESTION))


@pytest.mark.parametrize(("model", "expected"), [("sim-a", 0.96), ("sim-b", 0.93), ("sim-c", 0.89), ("sim-d", 0.80)])
def test_a_persona_prefers_its_revision_as_often_as_planted(model: str, expected: float) -> None:
    wins = 0
    for persona, question in zip(personas(1500), questions(1500), strict=True):
        answer = base(question, model)
        wins += truth(persona, question, answer, revision(persona, question, answer, model)) == "B"
    assert wins / 1500 == pytest.approx(expected, abs=0.025)


def test_a_revision_for_another_persona_mostly_loses_to_ones_own() -> None:
    texts, asked = personas(300), questions(300)
    own = 0
    for mine, theirs, question in zip(texts, texts[1:] + texts[:1], asked, strict=True):
        answer = base(question)
        pair = revision(mine, question, answer), revision(theirs, question, answer)
        own += truth(mine, question, *pair) == "A"
    assert 0.85 < own / 300 < 1


def test_an_answer_for_nobody_passes_the_critic_in_about_one_case_of_twenty() -> None:
    passed = sum(passes(p, q, base(q)) for p, q in zip(personas(3000), questions(3000), strict=True))
    assert passed / 3000 == pytest.approx(0.05, abs=0.015)


def test_answers_for_a_persona_pass_more_often_the_better_the_model() -> None:
    rates = []
    for model in MODELS:
        pairs = list(zip(personas(800), questions(800), strict=True))
        written = [respond(model, prompt("answer_for_persona", persona=p, question=q)) for p, q in pairs]
        rates.append(sum(passes(p, q, a) for (p, q), a in zip(pairs, written, strict=True)) / 800)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] > 0.4
    assert rates[0] - rates[-1] > 0.2


def test_the_consistency_check_rejects_about_8_5_percent() -> None:
    verdicts = [json.loads(respond("sim-a", prompt("check_consistency", persona=p))) for p in personas(6000)]
    assert sum(not v["consistent"] for v in verdicts) / 6000 == pytest.approx(0.085, abs=0.012)


def controversial(prompts: list[str]) -> list[dict[str, object]]:
    return [json.loads(respond("sim-a", prompt("classify_prompt", prompt=text))) for text in prompts]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("Tell me something on matter {}?", 0.60),
        ("Should we vote on matter {}?", 0.75),
        ("What is the recipe number {}?", 0.25),
    ],
)
def test_cues_shift_how_many_prompts_divide_people(frame: str, expected: float) -> None:
    verdicts = controversial([frame.format(n) for n in range(3000)])
    assert sum(bool(v["controversial"]) for v in verdicts) / 3000 == pytest.approx(expected, abs=0.03)


def test_the_score_says_the_same_as_the_verdict() -> None:
    for verdict in controversial(questions(500)):
        score = verdict["score"]
        assert isinstance(score, float)
        assert 0 <= score <= 1
        assert (score >= 0.5) == verdict["controversial"]


def test_an_unknown_task_gets_a_short_answer() -> None:
    for messages in ([Message("user", "Hello there?")], prompt("dance", question="Why?"), []):
        assert 0 < len(respond("sim-a", messages)) < 200


def test_an_unknown_model_raises() -> None:
    with pytest.raises(KeyError):
        respond("gpt-x", prompt("answer", question="Why?"))
