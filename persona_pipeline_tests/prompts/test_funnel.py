from persona_pipeline.prompts.funnel import funnel
from persona_pipeline_tests.prompts.factories import asked, candidates, decided, reply, verdict


def test_every_step_says_what_it_drops_and_what_is_left():
    some = candidates("no mark", "no mark", "short?", *[f"Who gets to keep dog {n}?" for n in range(5)])
    questions = asked(some)
    verdicts = [verdict(True), verdict(False), verdict(False), None, verdict(True)]
    replies = [reply(q, v, "ok" if v else "refused") for q, v in zip(questions, verdicts, strict=True)]
    found = funnel(decided(some, questions, replies))
    assert found[["step", "dropped", "left"]].values.tolist() == [
        ["candidates", 0, 8],
        ["no_question_mark", 2, 6],
        ["too_few_words", 1, 5],
        ["model verdict", 2, 3],
        ["no usable verdict: refused", 1, 2],
        ["prompts", 0, 2],
    ]
    assert found["left_share"].iloc[-1] == 0.25
    assert found.set_index("step")["paper"].dropna().to_dict() == {"candidates": 8011, "prompts": 3868}
