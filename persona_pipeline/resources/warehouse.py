"""The warehouse file as a Dagster resource."""

from pathlib import Path

import dagster as dg
from pydantic import Field

from persona_pipeline.warehouse import WarehouseFile


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The DuckDB file that every asset reads from and publishes into."""

    path: str = Field(default="data/persona.duckdb", description="The DuckDB file (PERSONA_DUCKDB); on a local disk.")
    lock_timeout_s: float = Field(
        default=900.0, gt=0, description="How long to wait for another run that is publishing, in seconds."
    )

    @property
    def file(self) -> WarehouseFile:
        return WarehouseFile(Path(self.path), self.lock_timeout_s)
