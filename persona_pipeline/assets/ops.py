"""ops: what the run cost, from the reply ledger."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from persona_pipeline.assets.asking import ledger_path
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.prices import Prices
from persona_pipeline.resources import Chat, Warehouse
from persona_pipeline.schemas import agreement, agreement_reports, bench, feedback, persona, prompt
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
    agreement_reports.LEAVE_ONE_OUT_CHOICES,
    bench.ANSWERS,
    bench.CRITIQUES,
)


@gated_asset(MODEL_CALLS, *ASKED_FOR)
def model_calls(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Lists every model call that was paid for, with tokens, time and outcome."""
    with Ledger(ledger_path(chat, warehouse)) as ledger:
        prices = chat.price_list()
        calls = MODEL_CALLS.frame(call | cost_of(call, prices) for call in ledger.calls())
    cost = {"cost_usd": float(calls["cost_usd"].sum()), "prices_as_of": prices.as_of}
    yield from publish(context, MODEL_CALLS, calls, warehouse, metadata=cost)


def cost_of(call: Mapping[str, Any], prices: Prices) -> dict[str, Any]:
    """What a call cost, or why that is not known."""
    price, counts = prices.of(call["model"]), (call["prompt_tokens"], call["completion_tokens"])
    if call["status"] == "failed":
        return {"cost_usd": None, "cost_reason": "no answer came"}
    if price is None:
        return {"cost_usd": None, "cost_reason": f"{prices.file.name} of {prices.as_of} has no price for the model"}
    if None in counts:
        return {"cost_usd": None, "cost_reason": "the endpoint did not count tokens"}
    return {"cost_usd": price.dollars(*counts), "cost_reason": None}
