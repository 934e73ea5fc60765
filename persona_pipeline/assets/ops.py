"""ops: what the run cost, from the reply ledger."""

from collections.abc import Iterator

import dagster as dg

from persona_pipeline.assets.asking import ledger_path
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.resources import Chat, Warehouse
from persona_pipeline.schemas import agreement, bench, feedback, persona, prompt
from persona_pipeline.schemas.ops import MODEL_CALLS

ASKED_FOR = (
    persona.CONSISTENCY,
    persona.PERSONAS,
    prompt.DECISIONS,
    feedback.BASE_RESPONSES,
    feedback.CRITIQUES,
    feedback.REVISIONS,
    feedback.JUDGEMENTS,
    agreement.RATINGS,
    bench.ANSWERS,
    bench.CRITIQUES,
)


@gated_asset(MODEL_CALLS, *ASKED_FOR)
def model_calls(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Lists every model call that was paid for, with tokens, time and outcome."""
    with Ledger(ledger_path(chat, warehouse)) as ledger:
        calls = MODEL_CALLS.frame(ledger.calls())
    yield from publish(context, MODEL_CALLS, calls, warehouse)
