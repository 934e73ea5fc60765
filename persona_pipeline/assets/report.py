"""ops: what is in the tables, as one page to read."""

import inspect
from pathlib import Path

import dagster as dg
from pydantic import Field

from persona_pipeline.errors import PersonaPipelineError
from persona_pipeline.report.file import beside, write_report
from persona_pipeline.report.page import tables_read
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.ops import RELEASES
from persona_pipeline.warehouse.snapshot import snapshot

WHAT = """Writes what is in the tables as one HTML page, every number with the SQL behind it.

The page needs no network and no other file. It is made from the tables that are there; those that are not are named."""


class Page(dg.Config):
    file: str = Field(
        default="", description="The HTML file to write; empty: data/persona.report.html for data/persona.duckdb."
    )


@dg.asset(
    key=dg.AssetKey(["ops", "report"]),
    deps=[dg.AssetKey(table.split(".")) for table in tables_read() if table != RELEASES.path],
    group_name="ops",
    description=inspect.cleandoc(WHAT),
    kinds={"html"},
)
def report(config: Page, warehouse: Warehouse) -> dg.MaterializeResult:  # type: ignore[type-arg]
    database = Path(warehouse.path)
    try:
        with snapshot(warehouse.file) as tables:
            written = write_report(
                tables, Path(config.file) if config.file else beside(database), database=database.name
            )
    except PersonaPipelineError as exc:
        raise dg.Failure(description=str(exc), allow_retries=False) from exc
    return dg.MaterializeResult(
        metadata={
            "file": dg.MetadataValue.path(str(written.path.resolve())),
            "size_bytes": written.size_bytes,
            "sha256": written.content,
        }
    )
