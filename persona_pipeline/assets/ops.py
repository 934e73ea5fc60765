"""ops: what the run cost, from the reply ledger."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from persona_pipeline.assets.asking import ledger_path
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.prices import Prices
from persona_pipeline.resources import Chat, Warehouse
from persona_pipeline.schemas import (
    agreement,
    agreement_reports,
    bench,
    bench_leave_one_out,
    feedback,
    judge_drift,
    persona,
    prompt,
)
from persona_pipeline.schemas.ops import MODEL_CALLS
from persona_pipeline.schemas.staged import Staged, literal

PORTION = 10_000  # calls in memory at once
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
    bench_leave_one_out.LEAVE_ONE_OUT_VERDICTS,
)


@gated_asset(MODEL_CALLS, *ASKED_FOR)
def model_calls(context: dg.AssetExecutionContext, chat: Chat, warehouse: Warehouse) -> Iterator[Event]:
    """Lists every model call that was paid for, with tokens, time and outcome."""
    prices = chat.price_list()
    with Ledger(ledger_path(chat, warehouse)) as ledger, warehouse.staging() as staging:
        priced = (call | cost_of(call, prices) for call in ledger.calls())
        rows = staging.collected(MODEL_CALLS, (MODEL_CALLS.frame(some) for some in _portions(priced)))
        metadata = {**in_all(rows), "prices_as_of": prices.as_of}
        yield from publish(context, MODEL_CALLS, rows, warehouse, metadata=metadata)


def _portions(calls: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(itertools.islice(calls, PORTION)):
        yield some


def cost_of(call: Mapping[str, Any], prices: Prices) -> dict[str, Any]:
    """What a call cost, or why that is not known."""
    counts = (call["prompt_tokens"], call["completion_tokens"])
    if None in counts:
        failed = call["status"] == "failed"
        return {"cost_usd": None, "cost_reason": NO_ANSWER if failed else "the endpoint did not count tokens"}
    asked_at = prices if call["batch"] is None else prices.by_batch()
    cost = asked_at.cost(call["model"], *counts)
    return {"cost_usd": cost.usd, "cost_reason": cost.reason}


def in_all(calls: Staged) -> dict[str, Any]:
    """Of everything in the ledger; the cost is null when an answer's is unknown, and `cost_usd_known` what is known."""
    known, n_calls, retries, prompt, completion = calls.ask(
        "SELECT coalesce(sum(cost_usd), 0), count(*), coalesce(sum(attempts - 1), 0)::BIGINT, "
        "coalesce(sum(prompt_tokens), 0)::BIGINT, coalesce(sum(completion_tokens), 0)::BIGINT FROM candidate"
    )[0]
    unknown = calls.ask(
        "SELECT DISTINCT cost_reason FROM candidate "
        f"WHERE cost_reason IS NOT NULL AND cost_reason <> {literal(NO_ANSWER)} ORDER BY ALL"
    )
    reason = {"cost_reason": "; ".join(row[0] for row in unknown)} if unknown else {}
    return {
        "cost_usd": None if unknown else float(known),
        "cost_usd_known": float(known),
        **reason,
        "calls": n_calls,
        "retries": retries,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "by_stage_and_model": dg.MetadataValue.table([dg.TableRecord(row) for row in by_stage_and_model(calls)]),
    }


def by_stage_and_model(calls: Staged) -> list[dict[str, Any]]:
    """Calls, retries, tokens, mean latency and known cost of each table and model."""
    names = ("stage", "model", "calls", "unusable", "retries", "prompt_tokens", "completion_tokens")
    rows = calls.ask(
        "SELECT stage, model, count(*), count(*) FILTER (status <> 'ok'), sum(attempts - 1)::BIGINT, "
        "coalesce(sum(prompt_tokens), 0)::BIGINT, coalesce(sum(completion_tokens), 0)::BIGINT, "
        "round(avg(latency_s), 4), sum(cost_usd) FROM candidate GROUP BY stage, model ORDER BY stage, model"
    )
    return [dict(zip((*names, "latency_s", "cost_usd"), row, strict=True)) for row in rows]
