"""A folder of exported files: written beside, counted, and put in place whole."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.export.card import dataset_card
from persona_pipeline.export.croissant import croissant
from persona_pipeline.export.facts import facts
from persona_pipeline.export.formats import FORMATS, FileType
from persona_pipeline.export.query import export_query, harmless
from persona_pipeline.export.splits import SPLITS
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS
from persona_pipeline.schemas.persona import PERSONAS

DATASET = "hf"
SUMS = "SHA256SUMS"


class Writer(Protocol):
    """The warehouse, as an export needs it; `persona_texts` is there as a table."""

    def columns(self, query: str) -> list[str]: ...

    def write(self, query: str, path: Path, file_type: str) -> int: ...

    def rows(self, query: str) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True)
class Exported:
    """What was written: rows by split, and SHA-256 by path in the folder."""

    folder: Path
    rows: dict[str, int]
    hashes: dict[str, str]


def export_pairs(
    writer: Writer, name: str, folder: Path, *, file_type: FileType | None, with_persona: bool, replace: bool
) -> Exported:
    """All preference pairs in a format, one file a split, with the files' hashes in SHA256SUMS.

    The same tables give the same bytes. A split without rows has no file. Raises when the rows written are not the
    pairs there are; a folder that exists is left alone unless it is to be replaced.
    """
    form = FORMATS.get(name)
    kind = file_type or form.file_types[0]
    if kind not in form.file_types:
        raise ConfigError(
            f"the format {name} cannot be written as {kind}", where="--type", expected=" or ".join(form.file_types)
        )
    with _in_place_at_the_end(folder, replace=replace) as build:
        rows = _write_splits(writer, name, build, kind, with_persona=with_persona)
        hashes = _sums(build)
    return Exported(folder, rows, hashes)


def export_dataset(writer: Writer, name: str, folder: Path, *, with_persona: bool, replace: bool) -> Exported:
    """A Hugging Face dataset folder: pairs in TRL's format, personas, a dataset card and Croissant metadata.

    Args:
        name: what the card calls the dataset.
    """
    with _in_place_at_the_end(folder, replace=replace) as build:
        (build / "data").mkdir()
        rows = _write_splits(writer, "trl", build / "data", "parquet", with_persona=with_persona)
        columns = ", ".join(PERSONAS.column_names)
        writer.write(
            f"SELECT {columns} FROM {PERSONAS.path} ORDER BY persona_id", build / "personas.parquet", "parquet"
        )
        described = facts(writer.rows, rows)
        (build / "croissant.json").write_text(croissant(name, described, _hashes(build)), "utf-8")
        (build / "README.md").write_text(dataset_card(name, described), "utf-8")
        hashes = _sums(build)
    return Exported(folder, rows, hashes)


def _write_splits(writer: Writer, name: str, folder: Path, kind: FileType, *, with_persona: bool) -> dict[str, int]:
    """Rows by split."""
    form, rows = FORMATS.get(name), {}
    for split in SPLITS:
        query = export_query(form, split=split, with_persona=with_persona)
        path = folder / f"{split}.{kind}"
        rows[split] = writer.write(harmless(query, writer.columns(query), kind), path, kind)
        if not rows[split]:
            path.unlink(missing_ok=True)
    expected = form.rows_per_pair * int(writer.rows(f"SELECT count(*) FROM {PREFERENCE_PAIRS.path}")[0][0])
    if sum(rows.values()) != expected or not expected:
        raise InputError(
            f"{sum(rows.values()):,} rows were to be written",
            where=PREFERENCE_PAIRS.path,
            expected=f"{expected:,}: every pair, each with its persona in {PERSONAS.path}, and at least one",
            fix=f"Materialize {PREFERENCE_PAIRS.path} anew from the personas that are there.",
        )
    return rows


@contextmanager
def _in_place_at_the_end(folder: Path, *, replace: bool) -> Iterator[Path]:
    """A new folder that takes the name when the block ends well, and is gone when it does not."""
    if folder.exists() and not replace and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(
            "there is something already", where=str(folder), expected="a new folder", fix="Name another, or --replace."
        )
    build = folder.with_name(f".{folder.name}.{os.getpid()}")
    build.mkdir(parents=True)
    try:
        yield build
        if folder.is_dir():
            shutil.rmtree(folder)
        build.replace(folder)
    finally:
        shutil.rmtree(build, ignore_errors=True)


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _sums(folder: Path) -> dict[str, str]:
    """Writes SHA256SUMS, as `sha256sum --check` reads it."""
    hashes = _hashes(folder)
    (folder / SUMS).write_text("".join(f"{digest}  {path}\n" for path, digest in hashes.items()), "utf-8")
    return hashes


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
