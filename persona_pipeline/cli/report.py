"""The report command: one HTML file from the tables as they are."""

from pathlib import Path
from typing import Annotated

import typer

from persona_pipeline.cli.console import console
from persona_pipeline.cli.options import Database
from persona_pipeline.settings import Settings


def report(
    output: Annotated[
        Path | None, typer.Option(help="The HTML file to write (else NAME.report.html beside the DuckDB file).")
    ] = None,
    database: Database = None,
) -> None:
    """Writes what is in the tables as one HTML page, every number with the SQL behind it; the network is not used."""
    from persona_pipeline.report.file import beside, write_report
    from persona_pipeline.warehouse import WarehouseFile
    from persona_pipeline.warehouse.snapshot import snapshot

    file = Path(database or Settings.from_environment().database)
    with snapshot(WarehouseFile(file)) as tables:
        written = write_report(tables, output or beside(file), database=file.name)
    console.print(f"{written.path} ({written.size_bytes / 1e6:.1f} MB)", markup=False, soft_wrap=True)
