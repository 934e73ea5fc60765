"""First what matters of the persona for the question, then an answer that knows only that: two calls."""

from persona_pipeline.bench.modes import MODES, Cells, Mode, by_template
from persona_pipeline.bench.summaries import Summary
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.schemas.chat import ChatRequest
from persona_pipeline.schemas.replies import schema_of
from persona_pipeline.schemas.templates import load_template


def request(
    persona_row: Cells,  # noqa: ARG001
    prompt_row: Cells,
    *,
    model: str,
    draw: int,
    row_id: str,
    summary: str = "",
) -> ChatRequest:
    template = load_template("persona_pipeline.bench.templates", "answer_from_summary")
    messages = template.render(summary=summary, question=prompt_row["text"])
    return ChatRequest(ANSWERS.path, row_id, model, messages, template.version, draw=draw)


MODES.register(
    "summary",
    Mode(
        "summary",
        "It first sums up what matters of the persona for the question, and answers from that summary alone.",
        request,
        first=by_template("summarise_persona", response_schema=schema_of(Summary)),
    ),
)
