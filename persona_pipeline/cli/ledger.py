"""The reply ledger on the command line: what is in it, what to forget, which batches are under way."""

from pathlib import Path
from typing import Annotated

import typer

from persona_pipeline.cli.console import console
from persona_pipeline.errors import ConfigError
from persona_pipeline.settings import Settings, place_of

ledger = typer.Typer(help="Shows and prunes a reply ledger.", no_args_is_help=True)
LedgerPlace = Annotated[
    str | None, typer.Argument(metavar="FILE", help="The ledger (PERSONA_LEDGER, else beside the DuckDB file).")
]


@ledger.command()
def show(file: LedgerPlace = None) -> None:
    """Prints how many replies a ledger holds, with tokens, by table, model and status."""
    from persona_pipeline.cli.tables import ledger_table
    from persona_pipeline.llm.ledger import Ledger

    with Ledger(_place(file), read_only=True) as opened:
        rows = opened.summary()

    console.print(ledger_table(rows))


@ledger.command()
def prune(
    file: LedgerPlace = None,
    stage: Annotated[str | None, typer.Option(help="Only replies for this table, such as feedback.critiques.")] = None,
    model: Annotated[str | None, typer.Option(help="Only replies of this model.")] = None,
    status: Annotated[str | None, typer.Option(help="Only replies with this status, such as failed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete; without it, only say how many.")] = False,
) -> None:
    """Deletes replies from a ledger, so that they are asked, and paid for, again when needed."""
    from persona_pipeline.llm.ledger import Ledger, PruneBy

    named: dict[PruneBy, str | None] = {"stage": stage, "model": model, "status": status}
    chosen = {name: value for name, value in named.items() if value}
    if not chosen:
        raise ConfigError("nothing says what to prune", expected="--stage, --model or --status")
    with Ledger(_place(file), read_only=not yes) as opened:
        count = opened.prune(chosen) if yes else opened.count(chosen)
    console.print(f"{count:,} replies deleted" if yes else f"{count:,} replies would be deleted; --yes deletes them")


@ledger.command()
def batches(
    file: LedgerPlace = None,
    forget: Annotated[
        str | None, typer.Option(help="Free the requests of this batch; they are asked, and paid for, again.")
    ] = None,
) -> None:
    """Prints the batches of a ledger, and for how many requests each still owes an answer."""
    from persona_pipeline.llm.batch.book import Book

    at = _place(file)
    if isinstance(at, str):
        raise ConfigError("batches are kept in a SQLite ledger", where=at, expected="the path of one")
    book = Book(at, read_only=forget is None)
    if forget is not None:
        book.forget(forget)
    for one, owed in book.all():
        where = f"{one.batch_id} at {one.endpoint}" if one.batch_id else one.endpoint
        state = f"{one.lines:,} requests to {one.model} for {one.stage}, {owed:,} without an answer yet"
        remarks = f"; {one.remarks}" if one.remarks else ""
        console.print(f"{one.key}  {one.created_at}  {one.how}: {one.status}", markup=False, soft_wrap=True)
        console.print(f"    {state}{remarks}; {where}", markup=False, soft_wrap=True)


def _place(named: str | None) -> Path | str:
    settings = Settings.from_environment()
    return place_of(named or settings.ledger, beside=settings.database)
