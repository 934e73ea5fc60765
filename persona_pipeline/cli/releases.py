"""The commands about what was published when: releases, diff, restore and upgrade."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table as Grid

from persona_pipeline.cli.console import console, errors
from persona_pipeline.cli.options import Database
from persona_pipeline.settings import Settings, ledger_beside, study_beside

if TYPE_CHECKING:
    from persona_pipeline.warehouse import WarehouseFile
    from persona_pipeline.warehouse.comparing import Difference

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SHOWN_COLUMNS = 6  # of a table's columns with changes, on the terminal; --json has all


def releases(
    database: Database = None,
    table: Annotated[str | None, typer.Option(help="Every publish of this table, such as personas.personas.")] = None,
    as_json: AsJson = False,
) -> None:
    """Lists the kept files and each table's last publish, with its hash, rows, checks and run."""
    from persona_pipeline.warehouse.states import kept_files

    file = _file(database)
    last = "" if table else "QUALIFY row_number() OVER (PARTITION BY table_name ORDER BY released_at DESC) = 1"
    names, rows = file.rows(f"SELECT {', '.join(COLUMNS)} FROM ops.releases {last} ORDER BY released_at, table_name")
    found = [dict(zip(names, row, strict=True)) for row in rows if table in (None, row[0])]
    kept = kept_files(file.path)
    if as_json:
        files = [{"name": one.stem, "file": str(one), "bytes": one.stat().st_size} for one in kept]
        _print_json({"kept": files, "releases": found})
        return
    console.print(_releases_grid(found))
    for one in kept:
        console.print(f"kept: {one.stem}  {one.stat().st_size / 1e6:,.1f} MB", markup=False, soft_wrap=True)
    if not kept:
        console.print("no file is kept; PERSONA_KEEP=3 keeps the last three as earlier runs left them", soft_wrap=True)


COLUMNS = ("table_name", "released_at", "n_rows", "content", "checks_passed", "checks_warned", "shards", "run_id")


def _releases_grid(found: list[dict[str, Any]]) -> Grid:
    grid = _grid("table", "released (UTC)", "rows", "checks", "content", "run")
    for one in found:
        checks = f"{one['checks_passed']}" + (f" +{one['checks_warned']} warned" if one["checks_warned"] else "")
        shards = f" ({one['shards']})" if one["shards"] else ""
        when = f"{one['released_at']:%m-%d %H:%M:%S}"
        run = one["run_id"] if one["run_id"].startswith("restored-") else one["run_id"][:8]
        grid.add_row(one["table_name"] + shards, when, f"{one['n_rows']:,}", checks, one["content"][:8], run)
    return grid


def diff(
    a: Annotated[str, typer.Argument(help="A kept file by the beginning of its name, a database file, or: now.")],
    b: Annotated[str, typer.Argument(help="What it is compared with.")] = "now",
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Says what is different in B: tables, columns, rows by key, checks, and the means of numbers."""
    from persona_pipeline.warehouse.comparing import compare
    from persona_pipeline.warehouse.states import found

    path = _file(database).path
    one, other = found(path, a), found(path, b)
    differences = compare(one, other)
    changed = [each for each in differences if not each.is_none]
    if as_json:
        _print_json({"a": str(one), "b": str(other), "tables": [asdict(each) for each in changed]})
        return
    for each in changed:
        console.print(f"[bold]{each.table}[/bold]  {escape(_in_words(each))}", soft_wrap=True)
        for line in _details(each):
            console.print(f"    {line}", markup=False, soft_wrap=True)
    console.print(f"{len(changed)} of {len(differences)} tables differ")


def _in_words(each: "Difference") -> str:
    before, after = each.n_rows
    if before is None or after is None:
        return f"only in B, {after:,} rows" if before is None else f"only in A, {before:,} rows"
    counts = {"added": each.rows.added, "removed": each.rows.removed, "changed": each.rows.changed}
    what = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "no row differs"
    return f"{before:,} → {after:,} rows: {what}"


def _details(each: "Difference") -> list[str]:
    columns = {"columns added": each.columns_added, "columns removed": each.columns_removed}
    lines = [f"{label}: {', '.join(names)}" for label, names in columns.items() if names]
    by_column = sorted(each.rows.by_column.items(), key=lambda item: -item[1])
    if by_column:
        more = f", and {len(by_column) - SHOWN_COLUMNS} more columns" if len(by_column) > SHOWN_COLUMNS else ""
        told = ", ".join(f"{name} in {count:,}" for name, count in by_column[:SHOWN_COLUMNS])
        lines.append(f"changed: {told}{more}")
    lines += [f"mean {name}: {_number(x)} → {_number(y)}" for name, (x, y) in list(each.means.items())[:SHOWN_COLUMNS]]
    if None not in each.n_rows and each.checks[0] != each.checks[1]:
        lines.append(f"checks: {_checks(each.checks[0])} → {_checks(each.checks[1])}")
    return lines


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.6g}"


def _checks(found: tuple[int, int] | None) -> str:
    return "unknown" if found is None else f"{found[0]} passed, {found[1]} warned"


def restore(
    name: Annotated[str, typer.Argument(help="A kept file by the beginning of its name, or a database file.")],
    database: Database = None,
) -> None:
    """Puts a kept file in the place of the present one, in one step; waits while something publishes."""
    from persona_pipeline.warehouse.states import found, kept_files

    file = _file(database)
    source = found(file.path, name)
    before = set(kept_files(file.path))
    file.restore(source)
    console.print(f"restored: {source}", soft_wrap=True, markup=False)
    for one in sorted(set(kept_files(file.path)) - before):
        console.print(f"as it was before, it is kept as {one.stem}", soft_wrap=True, markup=False)
    console.print("The Dagster UI goes on showing later materializations; ops.releases has both.", soft_wrap=True)


def upgrade(
    database: Database = None,
    ledger: Annotated[Path | None, typer.Option(help="The reply ledger (else beside the DuckDB file).")] = None,
) -> None:
    """Brings the files of an older version to this one's layout, each whole or not at all."""
    settings = Settings.from_environment()
    path = Path(database or settings.database)
    replies = ledger or (Path(settings.ledger) if settings.ledger else ledger_beside(str(path)))
    study = Path(settings.study) if settings.study else study_beside(str(path))
    files: list[tuple[Path, Callable[[Path], int]]] = [
        (path, _upgrade_warehouse),
        (replies, _upgrade_ledger),
        (study, _upgrade_study),
    ]
    for one, bring_up_to_date in files:
        told = f"layout {bring_up_to_date(one)}" if one.is_file() else "not there"
        console.print(f"{one}: {told}", soft_wrap=True, markup=False)


def _upgrade_warehouse(path: Path) -> int:
    from persona_pipeline.warehouse.layout import layout_of

    file = _file(str(path))
    file.upgrade()
    with file.connect() as connection:
        return layout_of(connection)


def _upgrade_ledger(path: Path) -> int:
    from persona_pipeline.llm.ledger import Ledger
    from persona_pipeline.llm.ledger_migrations import MIGRATIONS
    from persona_pipeline.migrations import newest

    Ledger(path).close()
    return newest(MIGRATIONS)


def _upgrade_study(path: Path) -> int:
    from persona_pipeline.migrations import newest
    from persona_pipeline.study.app.layout import MIGRATIONS
    from persona_pipeline.study.app.store import Store

    Store.open(path).close()
    return newest(MIGRATIONS)


def _file(database: str | None) -> "WarehouseFile":
    from persona_pipeline.warehouse import WarehouseFile

    settings = Settings.from_environment()
    say = lambda line: errors.print(line, markup=False, soft_wrap=True)  # noqa: E731
    return WarehouseFile(Path(database or settings.database), keep=settings.keep, tell=say)


def _print_json(what: object) -> None:
    json.dump(what, sys.stdout, indent=1, default=str)
    sys.stdout.write("\n")


def _grid(*headings: str) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for heading in headings:
        grid.add_column(heading, justify="right" if heading in ("rows", "checks") else "left", overflow="fold")
    return grid
