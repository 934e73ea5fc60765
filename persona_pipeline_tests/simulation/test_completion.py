from persona_pipeline.simulation import complete, respond
from persona_pipeline.simulation.completion import tokens_in
from persona_pipeline_tests.simulation.prompts import prompt

ASKED = prompt("answer", question="What should my town do about schools?")


def test_four_characters_are_a_token() -> None:
    assert [tokens_in(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]


def test_a_whole_answer_stops_by_itself() -> None:
    done = complete("sim-a", ASKED, max_tokens=1000)
    assert done.finish_reason == "stop"
    assert done.text == respond("sim-a", ASKED)
    assert done.completion_tokens == tokens_in(done.text)
    assert done.prompt_tokens == sum(tokens_in(message.content) for message in ASKED)


def test_a_longer_answer_is_cut_at_max_tokens() -> None:
    done = complete("sim-a", ASKED, max_tokens=5)
    assert (done.finish_reason, done.completion_tokens, len(done.text)) == ("length", 5, 20)


def test_at_temperature_zero_every_draw_is_the_same() -> None:
    assert complete("sim-a", ASKED, temperature=0, seed=7) == complete("sim-a", ASKED, seed=0)
    assert complete("sim-a", ASKED, seed=7) != complete("sim-a", ASKED, seed=0)
