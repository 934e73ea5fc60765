"""Where shards are kept as Parquet while a table is made, and who makes them."""

from pathlib import Path

import dagster as dg
from pydantic import Field

from persona_pipeline.errors import ConfigError
from persona_pipeline.resources.workers import Kind, Workers, workers_of
from persona_pipeline.warehouse.parts import PartStore


class Parts(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A folder or object store of Parquet parts, and the workers that make them."""

    folder: str = Field(
        default="",
        description="A folder, or a store such as s3://bucket/prefix, that keeps the parts of the sharded tables "
        "(PERSONA_PARTS); one that is there is not made again. Empty: nothing is kept, all is made in this process.",
    )
    workers: Kind = Field(
        default="in_process",
        description="in_process, processes (of this machine), or dask (a cluster): who makes the parts.",
    )
    processes: int = Field(default=2, ge=1, le=256, description="For processes: how many.")
    scheduler: str = Field(default="", description="For dask: the scheduler's address, such as tcp://127.0.0.1:8786.")

    def store(self) -> PartStore | None:
        """Where parts are kept; None: nowhere."""
        if self.folder:
            return PartStore(self.folder if "://" in self.folder else str(Path(self.folder).absolute()))
        if self.workers != "in_process":
            raise ConfigError(
                "several workers need a place for what they make",
                where=f"resources.parts.workers: {self.workers}",
                expected="resources.parts.folder (PERSONA_PARTS), a folder or store that all of them reach",
            )
        return None

    def crew(self) -> Workers:
        """Who makes the parts."""
        return workers_of(self.workers, processes=self.processes, scheduler=self.scheduler)
