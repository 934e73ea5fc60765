"""Assets in persona shards: each can be run, re-run and backfilled alone, in portions that fit in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import pandas as pd

from persona_pipeline import progress
from persona_pipeline.assets.asking import Asked
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.feedback import ASSIGNMENTS, BASE_RESPONSES
from persona_pipeline.schemas.shards import SHARDS, Span, spans
from persona_pipeline.schemas.staged import Staged
from persona_pipeline.schemas.tables import Table

PORTION = 20_000  # pairs that are in memory at once: some 100 MB of texts, requests and replies
PARTITIONS = dg.StaticPartitionsDefinition(list(SHARDS))
"""The shards as Dagster knows them."""


def run_tags(first: str, last: str) -> dict[str, str]:
    """What tells Dagster that a run is for the shards from the first to the last."""
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


ALL_SHARDS = run_tags(SHARDS[0], SHARDS[-1])


@dataclass(frozen=True)
class Made:
    """What a stage made of a portion.

    Args:
        rows_in, dropped: rows in = rows of the frame + everything dropped, by reason.
        asked: what asking took; None where nobody was asked.
        counts: numbers for the asset's metadata, added up over portions.
    """

    frame: pd.DataFrame
    rows_in: int
    dropped: dict[str, int] = field(default_factory=dict)
    asked: Asked | None = None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Portion:
    """Some personas' rows."""

    warehouse: Warehouse
    span: Span

    def read(self, table: Table) -> pd.DataFrame:
        """The portion's rows of a table with a persona_id."""
        return self.warehouse.file.read(table, self.span.sql)

    def base_responses(self) -> pd.DataFrame:
        """The base answers that the portion's pairs start from."""
        wanted = f"SELECT base_id FROM {ASSIGNMENTS.path} WHERE {self.span.sql}"
        return self.warehouse.file.read(BASE_RESPONSES, f"base_id IN ({wanted})")


def sharded_asset(table: Table, *reads: Table, kinds: frozenset[str] = frozenset()) -> Callable[..., Any]:
    """A gated asset of a table with a persona_id, whose partitions are the shards; a run may make one or many."""
    return gated_asset(table, *reads, kinds=kinds, partitions=PARTITIONS)


def shards_of(context: dg.AssetExecutionContext) -> tuple[str, ...] | None:
    """The shards that a run is for; None: all of them, as one table."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return None
    keys = set(context.partition_keys)
    return None if keys == set(SHARDS) else tuple(shard for shard in SHARDS if shard in keys)


def publish_portions(
    context: dg.AssetExecutionContext,
    table: Table,
    warehouse: Warehouse,
    make: Callable[[Portion], Made],
    *,
    unit: str,
    describe: Callable[[Staged], dict[str, Any]] | None = None,
) -> Iterator[Event]:
    """Makes the run's shards portion by portion, then gates and publishes them together.

    Args:
        unit: what rows_in counts ("assignments").
        describe: more metadata, from the staged rows.
    """
    shards = shards_of(context)
    portions = [Portion(warehouse, span) for span in spans(_counts(warehouse), shards or SHARDS, PORTION)]
    told = Tally()
    with warehouse.staging() as staging:
        rows = staging.collected(table, told.heard(_in_turn(make, portions, table)))
        flow, more = Flow(told.rows_in, unit, told.dropped), describe(rows) if describe else {}
        yield from publish(context, table, rows, warehouse, flow=flow, metadata=told.metadata | more, shards=shards)


def portions_of(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A frame's rows in portions, for what has no personas."""
    for start in range(0, len(frame), PORTION):
        yield frame.iloc[start : start + PORTION]


def _in_turn(make: Callable[[Portion], Made], portions: list[Portion], table: Table) -> Iterator[Made]:
    total, done = sum(portion.span.n_pairs for portion in portions), 0
    for portion in portions:
        yield make(portion)
        done += portion.span.n_pairs
        progress.report(f"{table.path}, all portions", done, total)


def _counts(warehouse: Warehouse) -> list[tuple[str, int]]:
    """Each persona's number of pairs."""
    counted = warehouse.file.query(f"SELECT persona_id, count(*) AS n FROM {ASSIGNMENTS.path} GROUP BY ALL")
    return list(zip(counted["persona_id"], counted["n"].astype(int), strict=True))


class Tally:
    """Adds up what portions say of themselves while their rows go by."""

    def __init__(self) -> None:
        self.rows_in = 0
        self.dropped: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.asked: Asked | None = None

    def heard(self, portions: Iterable[Made]) -> Iterator[pd.DataFrame]:
        for made in portions:
            self.rows_in += made.rows_in
            self.dropped.update(made.dropped)
            self.counts.update(made.counts)
            if made.asked is not None:
                self.asked = made.asked if self.asked is None else self.asked + made.asked
            yield made.frame

    @property
    def metadata(self) -> dict[str, Any]:
        return dict(self.counts) | (self.asked.metadata if self.asked else {})
