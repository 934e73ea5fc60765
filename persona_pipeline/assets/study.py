"""agreement.human_ratings: what people handed in, from the web app or from other tools."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd
from pydantic import Field

from persona_pipeline.assets.gated import Event, gated_asset, publish
from persona_pipeline.dropped import dropped_in
from persona_pipeline.errors import ConfigError
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.agreement import RATINGS, STUDY_ITEMS
from persona_pipeline.schemas.human_ratings import HUMAN_RATINGS
from persona_pipeline.study.importers import IMPORTERS
from persona_pipeline.study.prolific import read_submissions
from persona_pipeline.study.ratings import as_ratings, still_known
from persona_pipeline.study.ratings import human_ratings as judge_by_rules
from persona_pipeline.study.submitted import Submitted


class HandedIn(dg.Config):
    files: list[str] = Field(
        default=[],
        description="Files with ratings by people, or folders of them, each as IMPORTER:PATH, such as "
        f"study_store:data/persona.study.sqlite (importers: {', '.join(IMPORTERS)}). "
        "None: what was imported before stays.",
    )
    columns: dict[str, str] = Field(
        default={}, description="What a file calls things, such as rater: worker; see the importer."
    )
    prolific: str = Field(
        default="", description="Prolific's CSV of submissions; returned, timed-out and rejected ones do not count."
    )


@gated_asset(HUMAN_RATINGS, STUDY_ITEMS)
def human_ratings(context: dg.AssetExecutionContext, config: HandedIn, warehouse: Warehouse) -> Iterator[Event]:
    """Reads every rating that people handed in and says which rule keeps out those that do not count."""
    items = warehouse.file.read(STUDY_ITEMS)
    if config.files:
        submissions = read_submissions(Path(config.prolific)) if config.prolific else None
        found = judge_by_rules(_handed_in(config), items, submissions)
    else:
        found = still_known(_published(warehouse), items)
    excluded = {str(rule): int(count) for rule, count in found["excluded_because"].value_counts().items()}
    counting = int(found["excluded_because"].isna().sum())
    yield from publish(context, HUMAN_RATINGS, found, warehouse, metadata={"counting": counting, "excluded": excluded})


def ratings_by_people(warehouse: Warehouse) -> pd.DataFrame:
    """The rows of agreement.ratings that people gave; none where nobody was asked."""
    return as_ratings(_published(warehouse)) if warehouse.file.has(HUMAN_RATINGS) else RATINGS.frame()


def _published(warehouse: Warehouse) -> pd.DataFrame:
    return warehouse.file.read(HUMAN_RATINGS) if warehouse.file.has(HUMAN_RATINGS) else HUMAN_RATINGS.frame()


def _handed_in(config: HandedIn) -> list[tuple[str, Submitted]]:
    return [
        (name, rating)
        for name, named in map(_named, config.files)
        for path in dropped_in(named)
        for rating in IMPORTERS.get(name).read(path, config.columns)
    ]


def _named(file: str) -> tuple[str, Path]:
    name, colon, path = file.partition(":")
    if not colon or not path:
        raise ConfigError(
            f"'{file}' names no importer",
            where=HUMAN_RATINGS.path,
            expected=f"IMPORTER:PATH with one of: {', '.join(IMPORTERS)}",
        )
    return name, Path(path)
