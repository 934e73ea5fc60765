"""ops: what the run cost, from the reply ledger."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import pandas as pd

from persona_pipeline.assets.asking import ledger_path
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.prices import Prices
from persona_pipeline.resources import Chat, Warehouse
from persona_pipeline.schemas import agreement, agreement_reports, bench, feedback, judge_drift, persona, prompt
from persona_pipeline.schemas.ops import MODEL_CALLS

NO_ANSWER = "no answer came"
ASKED_FOR = (
    persona.CONSISTENCY,
    persona.PERSONAS,
    prompt.DECISIONS,
    feedback.BASE_RESPONSES,
    feedback.CRITIQUES,
    feedback.REVISIONS,
    feedback.JUDGEMENTS,
    feedback.REPEATS,
    judge_drift.REJUDGEMENTS,
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
    yield from publish(context, MODEL_CALLS, calls, warehouse, metadata={**in_all(calls), "prices_as_of": prices.as_of})


def cost_of(call: Mapping[str, Any], prices: Prices) -> dict[str, Any]:
    """What a call cost, or why that is not known."""
    counts = (call["prompt_tokens"], call["completion_tokens"])
    if None in counts:
        failed = call["status"] == "failed"
        return {"cost_usd": None, "cost_reason": NO_ANSWER if failed else "the endpoint did not count tokens"}
    asked_at = prices if call["batch"] is None else prices.by_batch()
    cost = asked_at.cost(call["model"], *counts)
    return {"cost_usd": cost.usd, "cost_reason": cost.reason}


def in_all(calls: pd.DataFrame) -> dict[str, Any]:
    """Of everything in the ledger; the cost is null when an answer's is unknown, and `cost_usd_known` what is known."""
    known = float(calls["cost_usd"].sum())
    unknown = calls.loc[calls["cost_reason"].notna() & (calls["cost_reason"] != NO_ANSWER), "cost_reason"]
    reason = {"cost_reason": "; ".join(sorted(unknown.unique()))} if len(unknown) else {}
    return {
        "cost_usd": None if len(unknown) else known,
        "cost_usd_known": known,
        **reason,
        "calls": len(calls),
        "retries": int((calls["attempts"] - 1).sum()),
        "prompt_tokens": int(calls["prompt_tokens"].sum()),
        "completion_tokens": int(calls["completion_tokens"].sum()),
        "by_stage_and_model": dg.MetadataValue.table([dg.TableRecord(row) for row in by_stage_and_model(calls)]),
    }


def by_stage_and_model(calls: pd.DataFrame) -> list[dict[str, Any]]:
    """Calls, retries, tokens, mean latency and known cost of each table and model."""
    return [
        {
            "stage": stage,
            "model": model,
            "calls": len(own),
            "unusable": int((own["status"] != "ok").sum()),
            "retries": int((own["attempts"] - 1).sum()),
            "prompt_tokens": int(own["prompt_tokens"].sum()),
            "completion_tokens": int(own["completion_tokens"].sum()),
            "latency_s": round(float(own["latency_s"].mean()), 4),
            "cost_usd": float(own["cost_usd"].sum()) if own["cost_usd"].notna().any() else None,
        }
        for (stage, model), own in calls.groupby(["stage", "model"], sort=True)
    ]
