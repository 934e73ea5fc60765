"""The question alone, with nothing known about who asks: feedback's base answer and the benchmark's baseline."""

from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline.schemas.templates import load_template


def answer_request(question: str, *, model: str, stage: str, row_id: str, draw: int) -> ChatRequest:
    """Asks for an answer to the question, and nothing else.

    Args:
        stage: the table the answer is for; not part of what is asked, so stages that ask the same share the answer.
        draw: 0, 1, … for independent answers.
    """
    template = load_template("persona_pipeline.asking.templates", "answer")
    return ChatRequest(stage, row_id, model, template.render(question=question), template.version, draw=draw)
