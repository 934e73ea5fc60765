"""census: persons and households → the decoded population → margins; after the persons some states at a time."""

from collections.abc import Iterator

import dagster as dg

from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.census.households import households as units_of
from persona_pipeline.census.margins import Part
from persona_pipeline.census.margins import margins as shares_of
from persona_pipeline.census.margins import pair_margins as shares_of_pairs
from persona_pipeline.census.read import stage_household_records, stage_persons, stage_replicate_weights
from persona_pipeline.census.recode import population as decode
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.progress import report
from persona_pipeline.resources import CensusData, Warehouse
from persona_pipeline.schemas.census import HOUSEHOLDS, MARGINS, PAIR_MARGINS, PERSONS, POPULATION, REPLICATE_WEIGHTS
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.tables import Table
from persona_pipeline.warehouse.kept import States


@gated_asset(PERSONS)
def persons(context: dg.AssetExecutionContext, census: CensusData, warehouse: Warehouse) -> Iterator[Event]:
    """Reads the PUMS person files."""
    extract, vintage = census.extract(), census.known_vintage()
    with warehouse.staging() as sql:
        records = stage_persons(sql, extract, vintage, allow_missing=census.allow_missing)
        weight = {"sum_of_weights": int(records.ask("SELECT coalesce(sum(pwgtp), 0) FROM candidate")[0][0])}
        yield from publish(context, PERSONS, records, warehouse, metadata=weight)


@gated_asset(HOUSEHOLDS, PERSONS)
def households(context: dg.AssetExecutionContext, census: CensusData, warehouse: Warehouse) -> Iterator[Event]:
    """Reads the PUMS household files where there are any, and derives what they do not give from the persons."""
    people, vintage = warehouse.kept(PERSONS), census.known_vintage()
    with warehouse.staging() as sql:
        records = stage_household_records(sql, census.extract(), vintage, allow_missing=census.allow_missing)
        of_states = (people.of(states) for states in _states(warehouse, PERSONS, HOUSEHOLDS))
        units = sql.collected(
            HOUSEHOLDS, (units_of(some, records and records.of(some["serialno"]), vintage) for some in of_states)
        )
        yield from publish(context, HOUSEHOLDS, units, warehouse)


@gated_asset(POPULATION, PERSONS, HOUSEHOLDS)
def population(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Decodes every person to the labels of the vintage's official data dictionary."""
    people, homes = warehouse.kept(PERSONS), warehouse.kept(HOUSEHOLDS)
    vintage = VINTAGES.get(str(warehouse.file.query("SELECT vintage FROM census.persons LIMIT 1")["vintage"][0]))
    with warehouse.staging() as sql:
        parts = zip(_states(warehouse, PERSONS, POPULATION), people.parts(PERSONS.column_names), strict=True)
        decoded = sql.collected(POPULATION, (decode(some, homes.of(states), vintage) for states, some in parts))
        yield from publish(context, POPULATION, decoded, warehouse, flow=Flow(len(people), "persons"))


@gated_asset(REPLICATE_WEIGHTS, PERSONS)
def replicate_weights(context: dg.AssetExecutionContext, census: CensusData, warehouse: Warehouse) -> Iterator[Event]:
    """Reads the 80 replicate weights of the PUMS person files, where they are asked for."""
    if not census.replicate_weights:
        yield from publish(context, REPLICATE_WEIGHTS, REPLICATE_WEIGHTS.frame(), warehouse)
        return
    with warehouse.staging() as sql:
        weights = stage_replicate_weights(
            sql, census.extract(), census.known_vintage(), allow_missing=census.allow_missing
        )
        yield from publish(context, REPLICATE_WEIGHTS, weights, warehouse)


@gated_asset(MARGINS, POPULATION, REPLICATE_WEIGHTS)
def margins(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Adds up survey weights per level of every attribute."""
    yield from publish(context, MARGINS, shares_of(_weighed(warehouse, MARGINS)), warehouse)


@gated_asset(PAIR_MARGINS, POPULATION, REPLICATE_WEIGHTS)
def pair_margins(context: dg.AssetExecutionContext, census: CensusData, warehouse: Warehouse) -> Iterator[Event]:
    """Adds up survey weights per pair of levels, for the pairs of attributes asked for."""
    shares = shares_of_pairs(_weighed(warehouse, PAIR_MARGINS), census.pair_margins)
    yield from publish(context, PAIR_MARGINS, shares, warehouse)


def _weighed(warehouse: Warehouse, made: Table) -> Iterator[Part]:
    """The population with its replicate weights, some states at a time."""
    people, weights = warehouse.kept(POPULATION), warehouse.kept(REPLICATE_WEIGHTS)
    columns = ["person_id", "vintage", "synthetic", "weight", *CENSUS_ATTRIBUTES, "not_applicable"]
    for states, some in zip(_states(warehouse, POPULATION, made), people.parts(columns), strict=True):
        yield some, weights.of(states)


def _states(warehouse: Warehouse, table: Table, made: Table) -> Iterator[States]:
    """The states of a table, small ones together, with progress of what is made of them."""
    parts = warehouse.kept(table).states()
    for done, states in enumerate(parts):
        report(made.path, done, len(parts))
        yield states
    report(made.path, len(parts), len(parts))
