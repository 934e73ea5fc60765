"""persona-pipeline study: the human study's links and web app."""

import csv
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from persona_pipeline.cli.console import console, errors
from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.listening import bound_socket
from persona_pipeline.settings import Settings, study_beside

if TYPE_CHECKING:
    import sqlite3

    from persona_pipeline.study.app.store import Store

study = typer.Typer(help="The human study: links for raters, the annotation web app.", no_args_is_help=True)

SECRET = "PERSONA_STUDY_SECRET"
MIN_SECRET = 16
Database = Annotated[
    str | None, typer.Option(help="The DuckDB file with agreement.study_items (PERSONA_DUCKDB).", show_default=False)
]
StoreFile = Annotated[
    str | None, typer.Option("--store", help="The study's own file (PERSONA_STUDY, else beside the DuckDB file).")
]
RatersPerPersona = Annotated[
    int | None, typer.Option(help="For a new study: raters per persona (else as designed).", min=1)
]
PublicUrl = Annotated[str | None, typer.Option(help="What links begin with, such as https://study.example.org.")]
RaterName = Annotated[str, typer.Argument(help="A rater id or a participant id.")]
Title = Annotated[str | None, typer.Option(help="The study's name, on top of every page.")]
Contact = Annotated[str | None, typer.Option(help="Whom raters write to.")]
Information = Annotated[Path | None, typer.Option(help="A text file for the consent page; paragraphs by empty lines.")]
CompletionCode = Annotated[str | None, typer.Option(help="The code that Prolific gave for this study.")]
Minutes = Annotated[int | None, typer.Option(help="How long it takes, as told to raters.", min=1)]
MinReason = Annotated[int | None, typer.Option(help="The least number of characters of a reason.", min=0)]


@study.command()
def links(
    raters: Annotated[int | None, typer.Option(help="How many; one for every place by default.", min=1)] = None,
    rater: Annotated[str | None, typer.Option(help="A new link for this rater id; the old ones stop working.")] = None,
    database: Database = None,
    store: StoreFile = None,
    raters_per_persona: RatersPerPersona = None,
    public_url: PublicUrl = None,
) -> None:
    """Prints new links, one line a rater: this once, since only hashes of them are kept.

    More links than places do no harm: places are taken by consent, and a study that is full says so.
    """
    opened, _ = _open_or_make(database, store, raters_per_persona)
    tokens = _again(opened, rater) if rater else _invited(opened, raters)
    _print_links(tokens, public_url or "http://127.0.0.1:8010")


@study.command()
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8010,
    host: Annotated[str, typer.Option(help="Address to listen on; another than loopback needs TLS in front.")] = (
        "127.0.0.1"
    ),
    database: Database = None,
    store: StoreFile = None,
    raters_per_persona: RatersPerPersona = None,
    join: Annotated[bool, typer.Option("--join/--no-join", help="Whether /join?PROLIFIC_PID=… is open.")] = True,
    proxy: Annotated[
        str | None, typer.Option(help="Address of the reverse proxy whose X-Forwarded-* headers are believed.")
    ] = None,
    public_url: PublicUrl = None,
    title: Title = None,
    contact: Contact = None,
    information: Information = None,
    completion_code: CompletionCode = None,
    minutes: Minutes = None,
    min_reason: MinReason = None,
) -> None:
    """Serves the annotation web app until Ctrl-C; the first time, makes the study and prints a link per place.

    The organiser's page is /organiser; its secret is PERSONA_STUDY_SECRET, or is made and printed once.
    """
    from persona_pipeline.study.app.limits import Limits
    from persona_pipeline.study.app.serving import serve_on

    opened, is_new = _open_or_make(database, store, raters_per_persona)
    given = {
        "title": title,
        "contact": contact,
        "information": None if information is None else _text_of(information),
        "completion_code": completion_code,
        "minutes": minutes,
        "min_reason": min_reason,
    }
    _update_terms(opened, {name: value for name, value in given.items() if value is not None})
    held = bound_socket(host, port)
    address = public_url or f"http://{host}:{held.getsockname()[1]}"
    if is_new:
        _print_links(_invited(opened, None), address)
    secret_hash = _secret_hash(opened)
    errors.print(f"organiser: {address}/organiser", markup=False, soft_wrap=True)
    if join:
        errors.print(
            f"Prolific's study address: {address}/join?PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}"
            "&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}",
            markup=False,
            soft_wrap=True,
        )
    if host not in ("127.0.0.1", "::1", "localhost"):
        errors.print("[yellow]warning[/yellow] links are keys: put TLS in front of every address that is not loopback")
    serve_on(held, opened, secret_hash=secret_hash, proxy=proxy, joining=join, limits=Limits())


@study.command()
def release(
    rater: RaterName,
    database: Database = None,
    store: StoreFile = None,
) -> None:
    """Lets a rater go and opens the place to another; what was answered stays, marked RELEASED."""
    from persona_pipeline.study.app import raters

    opened = _open(database, store)
    with opened.changing() as db:
        numbers = _numbers_of(db, rater)
        for number in numbers:
            raters.release(db, number, opened.now())
    console.print(f"{len(numbers)} let go")


@study.command()
def forget(
    rater: RaterName,
    database: Database = None,
    store: StoreFile = None,
) -> None:
    """Deletes everything that somebody gave, and who it was, from the study's file; exports are yours to clean."""
    from persona_pipeline.study.app import raters

    opened = _open(database, store)
    with opened.changing() as db:
        numbers = _numbers_of(db, rater)
        answers = sum(raters.forget(db, number, opened.now()) for number in numbers)
    opened.erase_traces()
    console.print(f"{answers} answers of {len(numbers)} raters deleted")


@study.command()
def export(
    name: Annotated[str, typer.Argument(help="ratings.jsonl, ratings.csv, history.jsonl or participants.csv.")] = (
        "ratings.jsonl"
    ),
    database: Database = None,
    store: StoreFile = None,
) -> None:
    """Prints what the organiser's page exports."""
    from persona_pipeline.study.app.organiser_pages import EXPORTS

    if name not in EXPORTS:
        raise ConfigError(f"there is no export '{name}'", expected=f"one of: {', '.join(EXPORTS)}")
    _, records, written = EXPORTS[name]
    with _open(database, store).reading() as db:
        sys.stdout.write(written(records(db)))


@study.command()
def tasks(
    format: Annotated[str, typer.Option(help="label_studio, label_studio_config or jsonl.")] = "label_studio",
    database: Database = None,
) -> None:
    """Prints the study's items for another annotation tool: what raters are shown, no sides and no models."""
    from persona_pipeline.study.tasks import FORMATS

    if format not in FORMATS:
        raise ConfigError(f"there is no format '{format}'", expected=f"one of: {', '.join(FORMATS)}")
    sys.stdout.write(FORMATS[format](_design(database or Settings.from_environment().database, None)))


@study.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="What people handed in.")],
    importer: Annotated[str, typer.Option("--from", help="study_store, label_studio, argilla or table.")],
    column: Annotated[
        list[str] | None, typer.Option(help="What the file calls something: --column rater=worker.")
    ] = None,
    prolific: Annotated[Path | None, typer.Option(help="Prolific's CSV of submissions.")] = None,
    database: Database = None,
) -> None:
    """Publishes ratings by people as agreement.human_ratings, and says how many count and why others do not.

    It replaces what was imported before. agreement.ratings and the statistics take them in with the next run.
    """
    from persona_pipeline.cli.running import run

    path = database or Settings.from_environment().database
    config: dict[str, Any] = {
        "files": [f"{importer}:{file}" for file in files],
        "columns": _columns(column or []),
        "prolific": str(prolific or ""),
    }
    ran = run(
        'key:"agreement/human_ratings"',
        {
            "ops": {"agreement__human_ratings": {"config": config}},
            "resources": {"warehouse": {"config": {"path": path}}},
        },
    )
    for problem in ran.problems:
        errors.print(f"[red]error[/red] {escape(problem)}", soft_wrap=True)
    if ran.problems:
        raise typer.Exit(1)
    _print_counts(path)


def _columns(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    wrong = next((each for each, (_, equals, _) in zip(given, pairs, strict=True) if not equals), None)
    if wrong is not None:
        raise ConfigError(f"--column '{wrong}' says no column", expected="--column rater=worker")
    return {name: called for name, _, called in pairs}


def _print_counts(database: str) -> None:
    from persona_pipeline.warehouse import WarehouseFile

    _, rows = WarehouseFile(Path(database)).rows(
        "SELECT coalesce(excluded_because, 'count'), count(*), count(DISTINCT rater_id) "
        "FROM agreement.human_ratings GROUP BY excluded_because ORDER BY excluded_because NULLS FIRST"
    )
    if not rows:
        console.print("there are no ratings in it yet")
    for reason, ratings, raters in rows:
        console.print(f"{ratings:>7,} ratings of {raters:,} raters: {reason}")


def store_path(database: str | None, store: str | None) -> Path:
    """The study's file: as named, as PERSONA_STUDY names it, or beside the warehouse file."""
    settings = Settings.from_environment()
    if store or (settings.study and not database):
        return Path(store or settings.study)
    return study_beside(database or settings.database)


def _open(database: str | None, store: str | None) -> "Store":
    from persona_pipeline.study.app.store import Store

    return Store.open(store_path(database, store))


def _open_or_make(database: str | None, store: str | None, raters_per_persona: int | None) -> tuple["Store", bool]:
    """The study in the file, or a new one of the design in the warehouse; and whether it is new."""
    from persona_pipeline.study.app.store import Store
    from persona_pipeline.study.app.terms import Terms

    path = store_path(database, store)
    if path.exists():
        _refuse_for_existing(raters_per_persona, path)
        return Store.open(path), False
    design = _design(database or Settings.from_environment().database, raters_per_persona)
    made = Store.make(path, design, Terms())
    errors.print(
        f"made {path}: {len(design.cards)} personas, {len(design.items)} items, {len(design.places)} places",
        soft_wrap=True,
    )
    return made, True


def _design(database: str, raters_per_persona: int | None) -> Any:
    from persona_pipeline.schemas.agreement import STUDY_ITEMS
    from persona_pipeline.schemas.persona import PERSONAS
    from persona_pipeline.study.design import design_of
    from persona_pipeline.warehouse import WarehouseFile

    file = WarehouseFile(Path(database))
    return design_of(file.read(STUDY_ITEMS), file.read(PERSONAS), raters_per_persona=raters_per_persona)


def _refuse_for_existing(raters_per_persona: int | None, path: Path) -> None:
    if raters_per_persona is not None:
        raise ConfigError(
            "--raters-per-persona is for a new study; this one has begun",
            where=str(path),
            fix="Leave it out, or name another file with --store.",
        )


def _update_terms(store: "Store", given: dict[str, Any]) -> None:
    if given:
        store.set_terms(replace(store.facts().terms, **given))


def _invited(store: "Store", count: int | None) -> list[str]:
    from persona_pipeline.study.app.raters import invite

    with store.changing() as db:
        return invite(db, count, store.now())


def _again(store: "Store", rater: str) -> list[str]:
    from persona_pipeline.study.app import raters

    with store.changing() as db:
        return [raters.only_link(db, _numbers_of(db, rater)[0], store.now())]


def _numbers_of(db: "sqlite3.Connection", name: str) -> list[int]:
    from persona_pipeline.study.app import raters

    numbers = raters.numbers_of(db, name)
    if not numbers:
        raise InputError(
            f"nobody goes by '{name}'", expected="a rater id or participant id of this study", fix="See /organiser."
        )
    return numbers


def _print_links(tokens: list[str], address: str) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows([f"{address.rstrip('/')}/r/{token}"] for token in tokens)
    sys.stdout.flush()


def _secret_hash(store: "Store") -> str:
    from persona_pipeline.study.app.tokens import new_secret, secret_hash

    given = Settings.from_environment().secret(SECRET)
    if given is not None and len(given) < MIN_SECRET:
        raise ConfigError(
            f"the organiser's secret has {len(given)} characters", where=SECRET, expected=f"{MIN_SECRET} or more"
        )
    if given is not None:
        return secret_hash(given)
    kept = store.facts().secret_hash
    if kept is not None:
        return kept
    made = new_secret()
    store.set_secret_hash(secret_hash(made))
    errors.print(f"organiser's secret, shown this once: {made}", markup=False, soft_wrap=True)
    return secret_hash(made)


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError("the text cannot be read", where=str(file), expected="a text file in UTF-8") from exc
