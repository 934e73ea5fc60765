"""Parquet files in a folder or an object store, each under a name that says what made it. The only place for fsspec."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from persona_pipeline.errors import ConfigError, InputError, WarehouseError
from persona_pipeline.schemas.staged import literal, quoted
from persona_pipeline.schemas.tables import Table

NOTE = "persona_pipeline"


@dataclass(frozen=True)
class PartStore:
    """Files that are whole or not there: a folder, or a bucket such as s3://bucket/prefix.

    Args:
        url: a path, or an address that fsspec knows; credentials come from the environment, never from here.
    """

    url: str

    def __reduce__(self) -> tuple[object, ...]:
        return PartStore, (self.url,)

    @cached_property
    def _system(self) -> tuple[Any, str]:
        import fsspec

        try:
            system, path = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as exc:
            raise ConfigError(
                f"no file system for this address: {exc}",
                where=self.url,
                expected="a folder, or an address of a store whose package is installed",
                fix="For S3: pip install 'persona-pipeline[s3]'.",
            ) from exc
        return system, path.rstrip("/")

    def has(self, name: str) -> bool:
        """Whether the file is there; asked anew each time."""
        system, root = self._system
        try:
            system.invalidate_cache()
            return bool(system.exists(f"{root}/{name}"))
        except OSError as exc:
            raise self._failed("read", exc) from exc

    def put(self, file: Path, name: str) -> None:
        """Puts a copy there in one step, so that nobody finds half of it."""
        system, root = self._system
        place = f"{root}/{name}"
        try:
            if not _is_local(system):
                system.put_file(str(file), place)
                return
            build = Path(f"{place}.{os.getpid()}.build")
            system.makedirs(str(build.parent), exist_ok=True)
            system.put_file(str(file), str(build))
            build.replace(place)
        except OSError as exc:
            raise self._failed("written", exc) from exc

    def fetch(self, name: str, folder: Path) -> Path:
        """The file on this machine: where it lies, or a copy in `folder`."""
        system, root = self._system
        place = f"{root}/{name}"
        copy = folder / name.replace("/", "-")
        try:
            if _is_local(system) and system.exists(place):
                return Path(place)
            system.get_file(place, str(copy))
        except OSError as exc:
            raise InputError(
                f"the part cannot be fetched: {exc}",
                where=f"{self.url}/{name}",
                expected="a folder or store that every worker reaches under this address",
            ) from exc
        return copy

    def _failed(self, what: str, exc: Exception) -> WarehouseError:
        return WarehouseError(
            f"the store of parts cannot be {what}: {exc}",
            where=self.url,
            fix="Check the address, the rights and the room there; what was stored before is kept.",
        )


def write_part(table: Table, frame: pd.DataFrame, file: Path, note: Mapping[str, Any]) -> None:
    """Writes a table's rows, in their order, with a note about them inside the file."""
    columns = ", ".join(f"CAST({quoted(c.name)} AS {c.sql_type}) AS {quoted(c.name)}" for c in table.columns)
    said = f"KV_METADATA {{{NOTE}: {literal(json.dumps(note, sort_keys=True))}}}"
    with duckdb.connect() as connection:
        connection.execute("SET GLOBAL pandas_analyze_sample = 0")  # an object column is text, always
        connection.register("part", table.conform(frame))
        connection.execute(
            f"COPY (SELECT {columns} FROM part) TO {literal(str(file))} (FORMAT parquet, COMPRESSION zstd, {said})"
        )


def read_part(table: Table, file: Path) -> pd.DataFrame:
    """The rows of a part or of an exported table, typed as the table says."""
    columns = ", ".join(map(quoted, table.column_names))
    with duckdb.connect() as connection:
        return table.conform(connection.execute(f"SELECT {columns} FROM read_parquet({literal(str(file))})").df())


def note_of(file: Path) -> dict[str, Any]:
    """The note in a part."""
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT value FROM parquet_kv_metadata({literal(str(file))}) WHERE key = {literal(NOTE)}"
        ).fetchall()
    return dict(json.loads(found[0][0]))


def _is_local(system: Any) -> bool:
    names = system.protocol if isinstance(system.protocol, tuple) else (system.protocol,)
    return "file" in names
