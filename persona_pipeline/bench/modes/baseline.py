"""The question alone: what the model says to anybody. The paper's floor, about 5 % success."""

from persona_pipeline.asking.answer import answer_request
from persona_pipeline.bench.modes import MODES, Cells, Mode
from persona_pipeline.schemas.bench import ANSWERS
from persona_pipeline.schemas.chat import ChatRequest


def request(
    persona_row: Cells,  # noqa: ARG001
    prompt_row: Cells,
    *,
    model: str,
    draw: int,
    row_id: str,
    summary: str = "",  # noqa: ARG001
) -> ChatRequest:
    return answer_request(prompt_row["text"], model=model, stage=ANSWERS.path, row_id=row_id, draw=draw)


MODES.register("baseline", Mode("baseline", "The question only: no persona, and no request to reason first.", request))
