"""The export command: files for trainers, from the tables as they are."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from persona_pipeline.cli.console import console
from persona_pipeline.cli.options import Database
from persona_pipeline.export.folder import DATASET, Exported
from persona_pipeline.export.formats import FORMATS, FileType
from persona_pipeline.settings import Settings

Formats = StrEnum("Formats", [*FORMATS.names(), DATASET])  # type: ignore[misc]
FileTypes = StrEnum("FileTypes", ["jsonl", "parquet", "csv"])
Personas = StrEnum("Personas", ["lines", "prose", "none"])


def export(
    output: Annotated[Path, typer.Option(help="The folder to make.")],
    format: Annotated[
        Formats, typer.Option(help="What reads it: TRL's trainers, PERSONA's columns, or hf: a dataset.")
    ],
    type: Annotated[FileTypes | None, typer.Option(help="File type, where the format has more than one.")] = None,
    persona: Annotated[
        Personas, typer.Option(help="The persona as system message: key: value lines, prose, or none.")
    ] = Personas.lines,
    name: Annotated[str, typer.Option(help="What the dataset card calls the dataset.")] = "persona-preferences",
    push: Annotated[str | None, typer.Option(help="Also upload to this hub repository, OWNER/NAME; HF_TOKEN.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a folder that is there.")] = False,
    database: Database = None,
) -> None:
    """Writes the preference pairs as files, one a split; the same tables give the same bytes."""
    from persona_pipeline.export.folder import export_dataset, export_pairs
    from persona_pipeline.export.hub import ready_to_push
    from persona_pipeline.export.query import persona_texts
    from persona_pipeline.schemas.persona import PERSONAS
    from persona_pipeline.warehouse import WarehouseFile
    from persona_pipeline.warehouse.exporting import exporting

    settings = Settings.from_environment()
    token, endpoint = settings.secret("HF_TOKEN"), settings.hub_endpoint or None
    upload = ready_to_push(push, token, is_dataset=format == DATASET, endpoint=endpoint) if push else None
    warehouse, with_persona = WarehouseFile(Path(database or settings.database)), persona is not Personas.none
    texts = persona_texts(warehouse.read(PERSONAS), prose=persona is Personas.prose)
    with exporting(warehouse, {"persona_texts": texts}) as writer:
        if format == DATASET:
            made = export_dataset(writer, name, output, with_persona=with_persona, replace=replace)
        else:
            kind: FileType | None = type.value if type else None  # type: ignore[assignment]
            made = export_pairs(
                writer, format.value, output, file_type=kind, with_persona=with_persona, replace=replace
            )
    _print(made)
    if upload:
        console.print(f"uploaded: {upload(output)}", soft_wrap=True)


def _print(made: Exported) -> None:
    grid = Grid("split", "rows")
    grid.columns[1].justify = "right"
    for split, rows in made.rows.items():
        grid.add_row(split, f"{rows:,}")
    console.print(grid)
    console.print(f"{len(made.hashes)} files in {made.folder}, their hashes in SHA256SUMS", soft_wrap=True)
