"""feedback, asked again week by week: does the judge stay the same?"""

from collections.abc import Iterator

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.asking.judge import acceptable
from persona_pipeline.assets.asking import ask
from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.feedback import rejudging
from persona_pipeline.feedback.judge_drift import judge_drift as measure
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.schemas.feedback import JUDGEMENTS, PREFERENCE_PAIRS
from persona_pipeline.schemas.judge_drift import JUDGE_DRIFT, REJUDGEMENTS
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.staged import literal


class Again(dg.Config):
    week: str = Field(
        default="",
        description="The ISO week to ask for, such as 2026-W47; the schedule weekly_rejudging says it. Empty: nothing "
        "is asked, and the weeks there are stay.",
    )
    pairs: int = Field(default=100, ge=1, description="Pairs to judge again in a week, at most; one call each.")
    renewed: float = Field(default=0.25, ge=0, le=1, description="Share of the sample that is replaced each week.")


@gated_asset(REJUDGEMENTS, JUDGEMENTS, PREFERENCE_PAIRS, PERSONAS, kinds=frozenset({"openai"}))
def rejudgements(
    context: dg.AssetExecutionContext, config: Again, experiment: Experiment, chat: Chat, warehouse: Warehouse
) -> Iterator[Event]:
    """Asks the judge again about a sample of what it judged, in the same words, as a draw of this week."""
    earlier = warehouse.file.read(REJUDGEMENTS) if warehouse.file.has(REJUDGEMENTS) else REJUDGEMENTS.frame()
    if not config.week:
        yield from publish(context, REJUDGEMENTS, earlier, warehouse)
        return
    week, judge, seed = rejudging.Week.named(config.week), chat.judge_of_pairs(), experiment.seed
    first = _first_choices(warehouse, judge, seed)
    wanted = rejudging.sample(first.index.to_series(), week, count=config.pairs, renewed=config.renewed, seed=seed)
    pairs = warehouse.file.read(PREFERENCE_PAIRS, f"pair_id IN ({', '.join(map(literal, wanted)) or 'NULL'})")
    requests = rejudging.requests(pairs, warehouse.file.read(PERSONAS), week, judge=judge, seed=seed)
    requests = [request for request in requests if request.template == first.loc[request.row_id, "template"]]
    answers = ask(context, chat, warehouse, requests, acceptable=acceptable)
    rows = rejudging.parse(pairs, requests, answers.replies, first["choice"], week, judge=judge, seed=seed)
    found = rejudging.with_earlier(earlier, rows)
    counts = {"judged_again": len(rows), "in_other_words_now": len(pairs) - len(rows), "weeks": found["week"].nunique()}
    yield from publish(context, REJUDGEMENTS, found, warehouse, metadata=answers.metadata | counts)


def _first_choices(warehouse: Warehouse, judge: str, seed: int) -> pd.DataFrame:
    """Choice and template of each pair that this judge judged with these sides, by pair_id."""
    wanted = "choice IS NOT NULL AND judge = ? AND seed = ?"
    found = warehouse.file.query(
        f"SELECT pair_id, choice, template FROM {JUDGEMENTS.path} WHERE {wanted} ORDER BY pair_id", [judge, seed]
    )
    return found.set_index("pair_id", drop=True)


@gated_asset(JUDGE_DRIFT, REJUDGEMENTS)
def judge_drift(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Compares each week's choices with the judge's first ones, and with the weeks before."""
    found = measure(warehouse.file.read(REJUDGEMENTS))
    latest = found.sort_values("week").tail(1)
    metadata = {"weeks": len(found)} | {
        f"latest_{name}": float(value) for name in ("agreement", "prefers_revision") for value in latest[name].dropna()
    }
    yield from publish(context, JUDGE_DRIFT, found, warehouse, metadata=metadata)
