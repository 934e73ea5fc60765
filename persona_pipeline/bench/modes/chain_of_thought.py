"""The persona and the question, and reasoning before the answer; the critics do not see the reasoning."""

from persona_pipeline.bench.modes import MODES, Cells, Mode
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline.schemas.render import as_lines
from persona_pipeline.schemas.replies import sections
from persona_pipeline.schemas.templates import load_template

MAX_TOKENS = 2048  # for the reasoning as well


def request(
    persona_row: Cells,
    prompt_row: Cells,
    *,
    model: str,
    draw: int,
    row_id: str,
    summary: str = "",  # noqa: ARG001
) -> ChatRequest:
    template = load_template("persona_pipeline.bench.templates", "answer_step_by_step")
    messages = template.render(persona=as_lines(persona_row), question=prompt_row["text"])
    return ChatRequest(ANSWERS.path, row_id, model, messages, template.version, draw=draw, max_tokens=MAX_TOKENS)


def answer_in(text: str) -> str | None:
    """What stands under ANSWER; None without both headings."""
    found = sections(text, ("REASONING", "ANSWER"))
    return found["ANSWER"] if found else None


MODES.register(
    "chain_of_thought",
    Mode(
        "chain_of_thought",
        "The whole persona and the question; it reasons first, which the critics do not see.",
        request,
        answer_in=answer_in,
    ),
)
