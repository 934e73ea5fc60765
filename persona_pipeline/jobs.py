"""Named selections of the graph, and the part of a run configuration that each takes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from persona_pipeline.assets.all import config_of
from persona_pipeline.run_config import read_config
from persona_pipeline.schemas.feedback import (
    CRITIQUES,
    JUDGEMENTS,
    PAIR_QUALITY,
    PREFERENCE_PAIRS,
    REVISIONS,
)
from persona_pipeline.schemas.human_ratings import HUMAN_RATINGS
from persona_pipeline.schemas.judge_drift import JUDGE_DRIFT, REJUDGEMENTS
from persona_pipeline.schemas.tables import Table
from persona_pipeline.settings import Settings


def _tables(*tables: Table) -> dg.AssetSelection:
    return dg.AssetSelection.assets(*([table.schema, table.name] for table in tables))


SELECTIONS: Mapping[str, tuple[dg.AssetSelection, str]] = {
    "everything": (dg.AssetSelection.all(), "The whole graph, census to bench score."),
    "population": (dg.AssetSelection.groups("census"), "Census microdata to decoded population and margins."),
    "dataset": (_tables(PREFERENCE_PAIRS).upstream(), "Everything preference pairs need."),
    "evaluation": (
        dg.AssetSelection.groups("agreement", "bench", "ops"),
        "Agreement statistics, PERSONA Bench and the calls behind them, on the tables as they are.",
    ),
    "shards": (
        _tables(CRITIQUES, REVISIONS, PAIR_QUALITY, PREFERENCE_PAIRS, JUDGEMENTS),
        "Critiques to judgements of the persona shards you choose; the other tables stay as they are.",
    ),
    "prompts": (dg.AssetSelection.groups("prompts"), "Candidates to prompts and topics; new ones are classified."),
    "rejudging": (_tables(REJUDGEMENTS, JUDGE_DRIFT), "A sample of judgements asked for again, and what came of it."),
    "from_people": (
        _tables(HUMAN_RATINGS).downstream(),
        "Ratings that people handed in, and everything that depends on them.",
    ),
}
"""What each job makes, by the job's name."""

JOBS = {
    name: dg.define_asset_job(name, selection, description=description)
    for name, (selection, description) in SELECTIONS.items()
}


def configured(job: str) -> dict[str, Any] | dg.SkipReason:
    """What the run configuration that PERSONA_CONFIG names says for a job; or that it names none.

    The defaults are samples: what runs by itself must not put them in the place of somebody's tables.
    """
    file = Settings.from_environment().config
    if not file:
        return dg.SkipReason("PERSONA_CONFIG names no run configuration, such as config/paper.yaml")
    return config_of(SELECTIONS[job][0], read_config(Path(file)))
