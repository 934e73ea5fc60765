"""The query command: the rows of an SQL query, for people and for programs."""

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table as Grid

from persona_pipeline.cli.console import console
from persona_pipeline.cli.options import Database
from persona_pipeline.settings import Settings


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


def query(
    sql: Annotated[str, typer.Argument(help="One SQL query; the file is opened read-only.")],
    database: Database = None,
    format: Annotated[Format, typer.Option(help="How to print the rows.")] = Format.table,
    max_rows: Annotated[int, typer.Option(help="The most rows a table shows; csv and json show all.", min=1)] = 100,
) -> None:
    """Prints the rows of an SQL query."""
    from persona_pipeline.warehouse import WarehouseFile

    names, rows = WarehouseFile(Path(database or Settings.from_environment().database)).rows(sql)
    if format is Format.csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *rows])
    elif format is Format.json:
        json.dump([dict(zip(names, row, strict=True)) for row in rows], sys.stdout, indent=1, default=str)
        sys.stdout.write("\n")
    else:
        _print_rows(names, rows, max_rows)


def _print_rows(names: list[str], rows: list[tuple[Any, ...]], max_rows: int) -> None:
    grid = Grid(*(escape(name) for name in names))
    for row in rows[:max_rows]:
        grid.add_row(*("" if value is None else escape(_printable(str(value))) for value in row))
    console.print(grid)
    console.print(f"{len(rows):,} rows" + (f", {max_rows:,} shown (--max-rows)" if len(rows) > max_rows else ""))


def _printable(text: str) -> str:
    """The text without characters that would command the terminal: it may come from anybody."""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
