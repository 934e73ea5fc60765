"""The warehouse file as a Dagster resource."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

import dagster as dg
from pydantic import Field

from persona_pipeline.quality.drift import MEANT
from persona_pipeline.schemas.tables import Table
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.kept import Kept
from persona_pipeline.warehouse.staging import Staging, staging


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The DuckDB file that every asset reads from and publishes into."""

    path: str = Field(default="data/persona.duckdb", description="The DuckDB file (PERSONA_DUCKDB); on a local disk.")
    lock_timeout_s: float = Field(
        default=900.0, gt=0, description="How long to wait for another run that is publishing, in seconds."
    )

    drift: Literal["warn", "keep_out"] = Field(
        default="warn",
        description="What becomes of a table whose figures (margins, keep rate, length, agreement) changed since its "
        "last release by more than the larger limit: warn records it, keep_out lets the last release stand.",
    )
    drift_limits: dict[str, list[float]] = Field(
        default={},
        description="Limits of such changes by table, for a warning and for keeping out, such as "
        "{census.margins: [0.02, 0.1]}; others keep theirs (docs/guides/automation.md).",
    )
    drift_accepted: str = Field(
        default="",
        description=f"The words '{MEANT}' let such a table in for this run, with a warning: after a new vintage, "
        "for instance.",
    )
    keep: int = Field(
        default=0,
        ge=0,
        description="How many files are kept as earlier runs left them, to compare with and restore (PERSONA_KEEP); "
        "each takes the file's size on disk.",
    )

    def staging(self) -> AbstractContextManager[Staging]:
        """Room on disk for a candidate, beside the warehouse file, where there must be room for it anyway."""
        folder = Path(self.path).absolute().parent
        folder.mkdir(parents=True, exist_ok=True)
        return staging(folder)

    def kept(self, table: Table) -> Kept:
        """A census table, to be read a state at a time."""
        return Kept(self.file, table)

    @property
    def file(self) -> WarehouseFile:
        return WarehouseFile(Path(self.path), self.lock_timeout_s, keep=self.keep)
