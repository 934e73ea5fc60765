"""The commands themselves."""

import csv
import json
import os
import shutil
import subprocess
import sys
import warnings as python_warnings
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table as Grid

from persona_pipeline.cli.console import console, errors
from persona_pipeline.cli.home import prepare_home
from persona_pipeline.cli.options import run_config, value_of
from persona_pipeline.cli.study import study
from persona_pipeline.errors import ConfigError, PersonaPipelineError
from persona_pipeline.settings import Settings, ledger_beside

app = typer.Typer(
    help="Preference data from many kinds of people, grounded in census microdata.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DEFAULT_DATABASE = "data/persona.duckdb"
Database = Annotated[
    str | None, typer.Option(help="The DuckDB file (PERSONA_DUCKDB, else data/persona.duckdb).", show_default=False)
]


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


@app.command()
def run(
    pums: Annotated[str | None, typer.Option(help="embedded, a folder of Census-named zips, or an https URL.")] = None,
    vintage: Annotated[str | None, typer.Option(help="Census vintage, such as 2018-1yr.")] = None,
    states: Annotated[str | None, typer.Option(help="Codes with commas: wy,vt; us: the national file.")] = None,
    allow_missing: Annotated[
        bool | None, typer.Option("--allow-missing", help="Take census files that lack columns; nulls with the reason.")
    ] = None,
    prism: Annotated[str | None, typer.Option(help="embedded, or the path of PRISM's conversations.jsonl.")] = None,
    personas: Annotated[int | None, typer.Option(help="Personas to make.", min=1)] = None,
    pairs_per_persona: Annotated[int | None, typer.Option(help="Prompts per persona.", min=1)] = None,
    bench_items: Annotated[int | None, typer.Option(help="Items of the benchmark's design.", min=1)] = None,
    model: Annotated[str | None, typer.Option(help="The model that answers; sim-a … sim-d are simulated.")] = None,
    judge: Annotated[str | None, typer.Option(help="The model that judges; the benchmark needs another one.")] = None,
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint: http://…/v1.")] = None,
    provider: Annotated[str | None, typer.Option(help="simulated, openai_compatible or replay.")] = None,
    recording: Annotated[str | None, typer.Option(help="A reply ledger to answer from; nothing is asked.")] = None,
    concurrency: Annotated[int | None, typer.Option(help="Requests in flight at once.", min=1)] = None,
    max_dollars: Annotated[float | None, typer.Option(help="Stop asking before the run costs more.", min=0)] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Stop asking before the run uses more.", min=0)] = None,
    prices: Annotated[str | None, typer.Option(help="A price file (YAML) instead of the embedded one.")] = None,
    allow_unknown_prices: Annotated[
        bool | None, typer.Option("--allow-unknown-prices", help="Under --max-dollars, count unknown prices as 0.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The seed of every random choice.", min=0)] = None,
    select: Annotated[str, typer.Option(help='A Dagster asset selection: group:census, +key:"bench/scores".')] = "*",
    config: Annotated[Path | None, typer.Option(help="A run configuration (YAML); options go over it.")] = None,
    database: Database = None,
    ledger: Annotated[str | None, typer.Option(help="The reply ledger (else beside the DuckDB file).")] = None,
) -> None:
    """Materializes the graph, or a selection of it, in one process.

    Exits with 0 only when every selected asset was materialized; otherwise the failing rule or error comes last.
    """
    options = {
        "pums": pums,
        "vintage": vintage,
        "states": _codes(states),
        "allow_missing": allow_missing,
        "prism": prism,
        "personas": personas,
        "pairs_per_persona": pairs_per_persona,
        "bench_items": bench_items,
        "provider": provider,
        "model": model,
        "judge": judge,
        "base_url": base_url,
        "recording": recording,
        "concurrency": concurrency,
        "max_dollars": max_dollars,
        "max_tokens": max_tokens,
        "prices": prices,
        "allow_unknown_prices": allow_unknown_prices,
        "seed": seed,
        "database": database,
        "ledger": ledger,
    }
    configuration = run_config(config, options)
    from persona_pipeline.cli.running import run as materialize  # Dagster takes seconds to import
    from persona_pipeline.cli.terminal import notes, summary

    ran = materialize(select, configuration)
    if ran.outcomes:
        console.print(summary(ran.outcomes))
    for note in notes(ran.outcomes):
        console.print(note)
    if ran.problems or ran.skipped:
        _fail_run(ran.skipped, ran.problems)
    _next_steps(value_of(configuration, "database") or Settings.from_environment().database)


def _codes(states: str | None) -> list[str] | None:
    return None if states is None else [code.strip() for code in states.split(",") if code.strip()]


def _fail_run(skipped: list[str], problems: list[str]) -> None:
    if skipped:
        errors.print(f"not materialized: {', '.join(skipped)}", soft_wrap=True)
    for problem in problems:
        errors.print("[red]error[/red] ", end="")
        errors.print(problem, markup=False, soft_wrap=True)
    raise typer.Exit(1)


def _next_steps(database: str) -> None:
    program, option = _as_typed(), "" if database == DEFAULT_DATABASE else f" --database {database}"
    look = "SELECT age, sex, ideology, lifestyle FROM personas.personas LIMIT 5"
    real = "--base-url http://127.0.0.1:8000/v1 --model NAME --judge OTHER"
    console.print("\nNext:")
    for command, purpose in (
        (f'{program} query{option} "{look}"', "look at the people"),
        (f"{program} ui{option}", "see the lineage, the checks and this run in a browser"),
        (f"{program} run{option} {real}", "use real models"),
    ):
        console.print(f"  {command}", markup=False, soft_wrap=True)
        console.print(f"      [dim]{purpose}[/dim]")


def _as_typed() -> str:
    """This program as one can type it here: .venv/bin/persona-pipeline where that is how it was started."""
    started = Path(sys.argv[0])
    if started.name != "persona-pipeline" or shutil.which("persona-pipeline") == str(started):
        return "persona-pipeline"
    return os.path.relpath(started)


@app.command()
def estimate(
    config: Annotated[Path | None, typer.Option(help="A run configuration (YAML); options go over it.")] = None,
    personas: Annotated[int | None, typer.Option(help="Personas to make.", min=1)] = None,
    pairs_per_persona: Annotated[int | None, typer.Option(help="Prompts per persona.", min=1)] = None,
    bench_items: Annotated[int | None, typer.Option(help="Items of the benchmark's design.", min=1)] = None,
    model: Annotated[str | None, typer.Option(help="The model that answers.")] = None,
    judge: Annotated[str | None, typer.Option(help="The model that judges.")] = None,
    prices: Annotated[Path | None, typer.Option(help="A price file (YAML) instead of the embedded one.")] = None,
) -> None:
    """Prints the calls, tokens and dollars of a run, per stage and at most, without running anything."""
    from persona_pipeline.cli.estimate import stages
    from persona_pipeline.llm.prices import EMBEDDED, read_prices

    sizes = {"personas": personas, "pairs_per_persona": pairs_per_persona, "bench_items": bench_items}
    configuration = run_config(config, {**sizes, "model": model, "judge": judge})
    known = read_prices(prices or EMBEDDED)
    asked = value_of(configuration, "model") or "sim-a"
    judging = value_of(configuration, "judge") or asked
    planned = [(stage, stage.dollars(known.of(judging if stage.judged else asked))) for stage in stages(configuration)]
    grid = Grid("table", "calls", "prompt tokens", "answer tokens", "US dollars")
    for stage, dollars in planned:
        tokens = (stage.calls * stage.prompt_tokens, stage.calls * stage.completion_tokens)
        grid.add_row(stage.table, *(f"{n:,}" for n in (stage.calls, *tokens)), _dollars(dollars))
    costs = [dollars for _, dollars in planned if dollars is not None]
    total = sum(costs) if len(costs) == len(planned) else None
    grid.add_row("all", f"{sum(stage.calls for stage, _ in planned):,}", "", "", _dollars(total))
    console.print(grid)
    console.print(
        f"Prices of {known.as_of} ({known.file.name}); lengths are typical, yours may differ.", soft_wrap=True
    )


def _dollars(amount: float | None) -> str:
    return "no known price" if amount is None else f"{amount:,.2f}"


@app.command()
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
        grid.add_row(*("" if value is None else escape(str(value)) for value in row))
    console.print(grid)
    console.print(f"{len(rows):,} rows" + (f", {max_rows:,} shown (--max-rows)" if len(rows) > max_rows else ""))


@app.command()
def ui(
    database: Database = None,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on; the UI has no password of its own.")] = "127.0.0.1",
) -> None:
    """Serves the Dagster UI for this graph, with schedules, until Ctrl-C."""
    home = Path(os.environ.get("DAGSTER_HOME") or "data/dagster_home").resolve()
    prepare_home(home)
    workspace = ["-w", "workspace.yaml"] if Path("workspace.yaml").exists() else ["-m", "persona_pipeline.definitions"]
    command = [str(Path(sys.executable).with_name("dagster")), "dev", *workspace]
    environment = {**os.environ, "DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"}
    if database:
        environment["PERSONA_DUCKDB"] = str(Path(database).resolve())
    raise typer.Exit(subprocess.call([*command, "-h", host, "-p", str(port)], env=environment))


@app.command(name="prepare-home")
def prepare_home_command(
    folder: Annotated[Path, typer.Argument(help="The folder that DAGSTER_HOME will name.")],
) -> None:
    """Makes a DAGSTER_HOME with telemetry off, unless it has a dagster.yaml already."""
    prepare_home(folder)


@app.command(name="serve-simulated")
def serve_simulated(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8000,
    latency_ms: Annotated[float, typer.Option(help="How long each answer takes, in milliseconds.", min=0)] = 0,
) -> None:
    """Serves the simulated model over the OpenAI protocol on loopback; /stats counts requests."""
    from persona_pipeline.llm.server import serve

    serve(port=port, latency_ms=latency_ms)


@app.command()
def dictionary() -> None:
    """Prints the data dictionary, as in docs/data_dictionary.md."""
    from persona_pipeline.schemas.dictionary import data_dictionary

    sys.stdout.write(data_dictionary())


ledger_commands = typer.Typer(help="Shows and prunes a reply ledger.", no_args_is_help=True)
app.add_typer(ledger_commands, name="ledger")
LedgerFile = Annotated[Path | None, typer.Argument(help="The ledger (PERSONA_LEDGER, else beside the DuckDB file).")]


@ledger_commands.command()
def show(file: LedgerFile = None) -> None:
    """Prints how many replies a ledger holds, with tokens, by table, model and status."""
    from persona_pipeline.llm.ledger import Ledger

    with Ledger(file or _default_ledger(), read_only=True) as ledger:
        rows = ledger.summary()
    _print_rows(["table", "model", "status", "replies", "prompt tokens", "answer tokens", "last"], rows, len(rows))


@ledger_commands.command()
def prune(
    file: LedgerFile = None,
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
    with Ledger(file or _default_ledger(), read_only=not yes) as ledger:
        count = ledger.prune(chosen) if yes else ledger.count(chosen)
    console.print(f"{count:,} replies deleted" if yes else f"{count:,} replies would be deleted; --yes deletes them")


def _default_ledger() -> Path:
    settings = Settings.from_environment()
    return Path(settings.ledger) if settings.ledger else ledger_beside(settings.database)


app.add_typer(study, name="study")


def main() -> None:
    """Runs the command line; an error of ours is one sentence on stderr and exit code 1."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    if not sys.warnoptions:  # Dagster warns of its own beta parameters; python -W shows them all
        python_warnings.simplefilter("ignore")
    try:
        app()
    except PersonaPipelineError as exc:
        kind = "configuration" if isinstance(exc, ConfigError) else "error"
        errors.print(f"[red]{kind}[/red] ", end="")
        errors.print(str(exc), markup=False, soft_wrap=True)
        raise SystemExit(1) from exc
