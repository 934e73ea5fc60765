"""Assets in persona shards: each can be run, re-run and backfilled alone, in portions that fit in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import dagster as dg
import pandas as pd

from persona_pipeline.assets.asking import Asked, Asking
from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.errors import InputError
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.feedback import ASSIGNMENTS
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.schemas.shards import SHARDS, Span
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
        rows: the rows, or the Parquet file that has them.
        rows_in, dropped: rows in = rows out + everything dropped, by reason.
        asked: what asking took; None where nobody was asked.
        counts: numbers for the asset's metadata, added up over portions.
    """

    rows: pd.DataFrame | Path
    rows_in: int
    dropped: dict[str, int] = field(default_factory=dict)
    asked: Asked | None = None
    counts: dict[str, int] = field(default_factory=dict)


class Inputs(Protocol):
    """The rows of other tables that a portion is made of."""

    def read(self, table: Table) -> pd.DataFrame:
        """The portion's rows of a table: its personas', or what its assignments refer to."""


@dataclass(frozen=True)
class Portion:
    """Some personas' rows, as the warehouse has them."""

    warehouse: Warehouse
    span: Span

    def read(self, table: Table) -> pd.DataFrame:
        return self.warehouse.file.read(table, condition(table, self.span))


def condition(table: Table, span: Span) -> str:
    """Which rows of a table some personas' portion needs, in SQL."""
    if "persona_id" in table.column_names:
        return span.sql
    (shared,) = table.key  # base_id or prompt_id
    return f"{shared} IN (SELECT {shared} FROM {ASSIGNMENTS.path} WHERE {span.sql})"


@dataclass(frozen=True)
class Recipe:
    """How a table with a persona_id is made, portion by portion.

    Args:
        reads: the tables it is made of.
        make: a function of a module, so that another process finds it; it is given the portion's inputs, whom to ask
            (where `asks`), and the asset's settings by name.
        unit: what rows_in counts ("assignments").
    """

    table: Table
    reads: tuple[Table, ...]
    make: Callable[..., Made]
    unit: str = "assignments"
    asks: bool = False

    def made_of(self, inputs: Inputs, asking: Asking | None, settings: Mapping[str, Any]) -> Made:
        return self.make(inputs, asking, **settings) if self.asks else self.make(inputs, **settings)


def sharded_asset(recipe: Recipe) -> Callable[..., Any]:
    """A gated asset whose partitions are the shards; a run may make one or many."""
    kinds = frozenset({"openai"}) if recipe.asks else frozenset[str]()
    return gated_asset(recipe.table, *recipe.reads, kinds=kinds, partitions=PARTITIONS)


def shards_of(context: dg.AssetExecutionContext) -> tuple[str, ...] | None:
    """The shards that a run is for; None: all of them, as one table."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return None
    keys = set(context.partition_keys)
    return None if keys == set(SHARDS) else tuple(shard for shard in SHARDS if shard in keys)


def publish_made(
    context: dg.AssetExecutionContext,
    table: Table,
    warehouse: Warehouse,
    made: Callable[[Path], Iterable[Made]],
    *,
    unit: str,
    describe: Callable[[Staged], dict[str, Any]] | None = None,
    shards: tuple[str, ...] | None = None,
) -> Iterator[Event]:
    """Gates and publishes together what comes portion by portion.

    Args:
        made: the portions, one after another; it is given a folder for files that are needed until then.
        unit: what rows_in counts ("assignments").
        describe: more metadata, from the staged rows.
        shards: whose rows these are, when they are not the whole table.
    """
    told = Tally()
    with warehouse.staging() as staging:
        rows = staging.collected(table, told.heard(made(staging.folder)))
        flow, more = Flow(told.rows_in, unit, told.dropped), describe(rows) if describe else {}
        yield from publish(context, table, rows, warehouse, flow=flow, metadata=told.metadata | more, shards=shards)


def portions_of(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A frame's rows in portions, for what has no personas."""
    for start in range(0, len(frame), PORTION):
        yield frame.iloc[start : start + PORTION]


def refuse_stale(warehouse: Warehouse) -> None:
    """Raises InputError where assignments name personas or prompts that were replaced since they were drawn."""
    for table in (PERSONAS, PROMPTS):
        (key,) = table.key
        found = warehouse.file.query(
            f"SELECT count(*) AS n, count(*) FILTER ({key} NOT IN (SELECT {key} FROM {table.path})) AS gone "
            f"FROM {ASSIGNMENTS.path}"
        ).iloc[0]
        if found["gone"]:
            raise InputError(
                f"{found['gone']:,} of {found['n']:,} assignments name a {key} that {table.path} has no longer",
                where=ASSIGNMENTS.path,
                fix=f"Materialize {ASSIGNMENTS.schema}/{ASSIGNMENTS.name} again, and what depends on it.",
            )


def pairs_of(warehouse: Warehouse) -> list[tuple[str, int]]:
    """Each persona's number of pairs; see refuse_stale."""
    refuse_stale(warehouse)
    counted = warehouse.file.query(f"SELECT persona_id, count(*) AS n FROM {ASSIGNMENTS.path} GROUP BY ALL")
    return list(zip(counted["persona_id"], counted["n"].astype(int), strict=True))


class Tally:
    """Adds up what portions say of themselves while their rows go by."""

    def __init__(self) -> None:
        self.rows_in = 0
        self.dropped: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.asked: Asked | None = None

    def heard(self, portions: Iterable[Made]) -> Iterator[pd.DataFrame | Path]:
        for made in portions:
            self.rows_in += made.rows_in
            self.dropped.update(made.dropped)
            self.counts.update(made.counts)
            if made.asked is not None:
                self.asked = made.asked if self.asked is None else self.asked + made.asked
            yield made.rows

    @property
    def metadata(self) -> dict[str, Any]:
        return dict(self.counts) | (self.asked.metadata if self.asked else {})
