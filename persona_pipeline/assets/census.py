"""census: persons and households → the decoded population → margins."""

from collections.abc import Iterator

import dagster as dg

from persona_pipeline.assets.gated import Event, Flow, gated_asset, publish
from persona_pipeline.census.households import households as units_of
from persona_pipeline.census.margins import margins as shares_of
from persona_pipeline.census.margins import pair_margins as shares_of_pairs
from persona_pipeline.census.read import read_household_records, stage_persons, stage_replicate_weights
from persona_pipeline.census.recode import population as decode
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.resources import CensusData, Warehouse
from persona_pipeline.schemas.census import HOUSEHOLDS, MARGINS, PAIR_MARGINS, PERSONS, POPULATION, REPLICATE_WEIGHTS


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
    vintage = census.known_vintage()
    with warehouse.staging() as sql:
        records = read_household_records(sql, census.extract(), vintage, allow_missing=census.allow_missing)
    units = units_of(warehouse.file.read(PERSONS), records, vintage)
    yield from publish(context, HOUSEHOLDS, units, warehouse)


@gated_asset(POPULATION, PERSONS, HOUSEHOLDS)
def population(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Event]:
    """Decodes every person to the labels of the vintage's official data dictionary."""
    records = warehouse.file.read(PERSONS)
    vintage = VINTAGES.get(str(records["vintage"].iloc[0]))
    people = decode(records, warehouse.file.read(HOUSEHOLDS), vintage)
    yield from publish(context, POPULATION, people, warehouse, flow=Flow(len(records), "persons"))


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
    shares = shares_of(warehouse.file.read(POPULATION), warehouse.file.read(REPLICATE_WEIGHTS))
    yield from publish(context, MARGINS, shares, warehouse)


@gated_asset(PAIR_MARGINS, POPULATION, REPLICATE_WEIGHTS)
def pair_margins(context: dg.AssetExecutionContext, census: CensusData, warehouse: Warehouse) -> Iterator[Event]:
    """Adds up survey weights per pair of levels, for the pairs of attributes asked for."""
    people, weights = warehouse.file.read(POPULATION), warehouse.file.read(REPLICATE_WEIGHTS)
    yield from publish(context, PAIR_MARGINS, shares_of_pairs(people, census.pair_margins, weights), warehouse)
