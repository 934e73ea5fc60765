"""The persona and the question, and the answer at once."""

from persona_pipeline.bench.modes import MODES, Cells, Mode
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline.schemas.render import as_lines
from persona_pipeline.schemas.templates import load_template


def request(
    persona_row: Cells,
    prompt_row: Cells,
    *,
    model: str,
    draw: int,
    row_id: str,
    summary: str = "",  # noqa: ARG001
) -> ChatRequest:
    template = load_template("persona_pipeline.bench.templates", "answer_for_persona")
    messages = template.render(persona=as_lines(persona_row), question=prompt_row["text"])
    return ChatRequest(ANSWERS.path, row_id, model, messages, template.version, draw=draw)


MODES.register("persona", Mode("persona", "The whole persona and the question; no request to reason first.", request))
