from persona_pipeline.asking.answer import answer_request


def test_stages_that_ask_the_same_question_share_the_answer():
    one = answer_request("Why?", model="m", stage="feedback.base_responses", row_id="base-1", draw=0)
    other = answer_request("Why?", model="m", stage="bench.answers", row_id="answer-1", draw=0)
    assert one.content_hash("endpoint") == other.content_hash("endpoint")


def test_another_draw_is_another_answer():
    one, other = (answer_request("Why?", model="m", stage="s", row_id="r", draw=draw) for draw in (0, 1))
    assert one.content_hash("endpoint") != other.content_hash("endpoint")
