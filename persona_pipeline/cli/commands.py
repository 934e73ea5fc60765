"""The commands themselves."""

import json
import os
import shutil
import sys
import warnings as python_warnings
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from persona_pipeline.cli.bench import bench
from persona_pipeline.cli.console import console, errors
from persona_pipeline.cli.doctor import doctor
from persona_pipeline.cli.export import export
from persona_pipeline.cli.home import prepare_home
from persona_pipeline.cli.ledger import ledger
from persona_pipeline.cli.options import Database, named_columns, run_config, value_of
from persona_pipeline.cli.query import query
from persona_pipeline.cli.releases import diff, releases, restore, upgrade
from persona_pipeline.cli.report import report
from persona_pipeline.cli.study import study
from persona_pipeline.cli.ui import ui
from persona_pipeline.errors import ConfigError, PersonaPipelineError
from persona_pipeline.settings import Settings, place_of

app = typer.Typer(
    help="Preference data from many kinds of people, grounded in census microdata.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DEFAULT_DATABASE = "data/persona.duckdb"


class How(StrEnum):
    live = "live"
    batch = "batch"
    batch_files = "batch_files"


@app.command()
def run(
    pums: Annotated[str | None, typer.Option(help="embedded, a folder of Census-named zips, or an https URL.")] = None,
    vintage: Annotated[str | None, typer.Option(help="Census vintage, such as 2018-1yr.")] = None,
    states: Annotated[str | None, typer.Option(help="Codes with commas: wy,vt; us: the national file.")] = None,
    allow_missing: Annotated[
        bool | None, typer.Option("--allow-missing", help="Take census files that lack columns; nulls with the reason.")
    ] = None,
    replicate_weights: Annotated[
        bool | None, typer.Option("--replicate-weights", help="Read them too: standard errors of census margins.")
    ] = None,
    stratify: Annotated[str | None, typer.Option(help="Draw personas in strata: state, or age,sex.")] = None,
    rake: Annotated[
        str | None, typer.Option(help='Draw by weights raked to margins (JSON): {"sex": {"Female": 0.51}}.')
    ] = None,
    prism: Annotated[
        str | None, typer.Option(help="embedded, PRISM's conversations.jsonl, or hub:OWNER/NAME@COMMIT:FILE.")
    ] = None,
    prompts: Annotated[str | None, typer.Option(help="A file of your own: .csv, .jsonl or .parquet, or hub:….")] = None,
    prompt_columns: Annotated[
        str | None, typer.Option(help="Its columns: text=…,id=…,licence=…,conversation_type=…,language=….")
    ] = None,
    personas: Annotated[int | None, typer.Option(help="Personas to make.", min=1)] = None,
    pairs_per_persona: Annotated[int | None, typer.Option(help="Prompts per persona.", min=1)] = None,
    bench_items: Annotated[int | None, typer.Option(help="Items of the benchmark's design.", min=1)] = None,
    model: Annotated[str | None, typer.Option(help="The model that answers; sim-a … sim-d are simulated.")] = None,
    judge: Annotated[str | None, typer.Option(help="The model that judges; the benchmark needs another one.")] = None,
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint: http://…/v1.")] = None,
    provider: Annotated[str | None, typer.Option(help="simulated, openai_compatible or replay.")] = None,
    recording: Annotated[str | None, typer.Option(help="A reply ledger to answer from; nothing is asked.")] = None,
    concurrency: Annotated[int | None, typer.Option(help="Requests in flight at once.", min=1)] = None,
    how: Annotated[
        How | None, typer.Option(help="live, by the endpoint's Batch API, or by files for vLLM run-batch.")
    ] = None,
    batch_folder: Annotated[str | None, typer.Option(help="For batch_files: where the files go.")] = None,
    max_dollars: Annotated[float | None, typer.Option(help="Stop asking before the run costs more.", min=0)] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Stop asking before the run uses more.", min=0)] = None,
    prices: Annotated[str | None, typer.Option(help="A price file (YAML) instead of the embedded one.")] = None,
    parameters: Annotated[
        str | None, typer.Option(help="What models take in the place of max_tokens and temperature (YAML).")
    ] = None,
    allow_unknown_prices: Annotated[
        bool | None, typer.Option("--allow-unknown-prices", help="Under --max-dollars, count unknown prices as 0.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The seed of every random choice.", min=0)] = None,
    select: Annotated[str, typer.Option(help='A Dagster asset selection: group:census, +key:"bench/scores".')] = "*",
    shards: Annotated[str | None, typer.Option(help="Persona shards, 3 or 0-7, of 0 to f; all when not given.")] = None,
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
        "replicate_weights": replicate_weights,
        "stratify": _codes(stratify),
        "rake": _margins(rake),
        "prism": prism,
        "prompts": prompts,
        "prompt_columns": None if prompt_columns is None else named_columns(prompt_columns),
        "personas": personas,
        "pairs_per_persona": pairs_per_persona,
        "bench_items": bench_items,
        "provider": provider,
        "model": model,
        "judge": judge,
        "base_url": base_url,
        "recording": recording,
        "concurrency": concurrency,
        "how": how.value if how is not None else None,
        "batch_folder": batch_folder,
        "max_dollars": max_dollars,
        "max_tokens": max_tokens,
        "prices": prices,
        "parameters": parameters,
        "allow_unknown_prices": allow_unknown_prices,
        "seed": seed,
        "database": database,
        "ledger": ledger,
    }
    configuration = run_config(config, options)
    from persona_pipeline.cli.running import run as materialize  # Dagster takes seconds to import
    from persona_pipeline.cli.terminal import notes, summary

    ran = materialize(select, configuration, shards)
    if ran.outcomes:
        console.print(summary(ran.outcomes))
    for note in notes(ran.outcomes):
        console.print(note)
    if ran.problems or ran.skipped:
        _fail_run(ran.skipped, ran.problems)
    _next_steps(value_of(configuration, "database") or Settings.from_environment().database)


def _codes(states: str | None) -> list[str] | None:
    return None if states is None else [code.strip() for code in states.split(",") if code.strip()]


def _margins(rake: str | None) -> dict[str, dict[str, float]] | None:
    if rake is None:
        return None
    try:
        margins = json.loads(rake)
        return {name: {level: float(share) for level, share in levels.items()} for name, levels in margins.items()}
    except (ValueError, AttributeError, TypeError) as exc:
        raise ConfigError(
            f"it is no margins ({exc})", where="--rake", expected='attribute → level → share: {"sex": {"Female": 0.51}}'
        ) from exc


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
        (f"{program} report{option}", "write all of it as one page to read, with the SQL behind every number"),
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
    prism: Annotated[str | None, typer.Option(help="embedded, or the path of PRISM's conversations.jsonl.")] = None,
    personas: Annotated[int | None, typer.Option(help="Personas to make.", min=1)] = None,
    pairs_per_persona: Annotated[int | None, typer.Option(help="Prompts per persona.", min=1)] = None,
    bench_items: Annotated[int | None, typer.Option(help="Items of the benchmark's design.", min=1)] = None,
    model: Annotated[str | None, typer.Option(help="The model that answers.")] = None,
    judge: Annotated[str | None, typer.Option(help="The model that judges.")] = None,
    how: Annotated[How | None, typer.Option(help="As for `run`: in batches, prices are those of batches.")] = None,
    prices: Annotated[Path | None, typer.Option(help="A price file (YAML) instead of the embedded one.")] = None,
    database: Database = None,
    ledger: Annotated[Path | None, typer.Option(help="Past calls (else beside the DuckDB file).")] = None,
) -> None:
    """Prints the calls, tokens and dollars of a run, per table and model, and what is assumed; nothing is asked."""
    options = {
        "prism": prism,
        "personas": personas,
        "pairs_per_persona": pairs_per_persona,
        "bench_items": bench_items,
        "model": model,
        "judge": judge,
        "how": how.value if how is not None else None,
        "prices": str(prices) if prices else None,
        "database": database,
        "ledger": str(ledger) if ledger else None,
    }
    configuration = run_config(config, options)
    from persona_pipeline.cli.estimate import estimate as estimated  # Dagster takes seconds to import
    from persona_pipeline.cli.lengths import AtHand
    from persona_pipeline.cli.tables import estimate_table
    from persona_pipeline.warehouse import WarehouseFile

    file = Path(value_of(configuration, "database") or Settings.from_environment().database)
    past = place_of(value_of(configuration, "ledger") or Settings.from_environment().ledger, beside=str(file))
    at_hand = AtHand(
        WarehouseFile(file) if file.is_file() else None,
        past if isinstance(past, str) or past.is_file() else None,
        value_of(configuration, "prism") or "",
        value_of(configuration, "prompts") or "",
    )
    found = estimated(configuration, at_hand)
    console.print(estimate_table(found.stages, found.prices))
    console.print("Assumed and measured:")
    for line in found.assumptions:
        console.print(f"  {line}", markup=False, soft_wrap=True)


@app.command(name="prepare-home")
def prepare_home_command(
    folder: Annotated[Path, typer.Argument(help="The folder that DAGSTER_HOME will name.")],
    postgres: Annotated[
        str | None,
        typer.Option(metavar="VARIABLE", help="The environment variable with a PostgreSQL address for its records."),
    ] = None,
) -> None:
    """Makes a DAGSTER_HOME with telemetry off and limits on what runs at once; a dagster.yaml that is there stays."""
    prepare_home(folder, postgres)


@app.command(name="serve-simulated")
def serve_simulated(
    port: Annotated[int, typer.Option(help="Port on this machine; 0: any free one.")] = 8000,
    latency_ms: Annotated[float, typer.Option(help="How long each answer takes, in milliseconds.", min=0)] = 0,
    batch_seconds: Annotated[float, typer.Option(help="How long each batch takes, in seconds.", min=0)] = 0,
) -> None:
    """Serves the simulated model over the OpenAI protocol on loopback, files and batches too; /stats counts."""
    from persona_pipeline.llm.server import serve

    serve(
        port=port,
        latency_ms=latency_ms,
        batch_delay_s=batch_seconds,
        tell=lambda address: console.print(f"serving {address}; Ctrl-C ends it"),
    )


@app.command()
def dictionary() -> None:
    """Prints the data dictionary, as in docs/data_dictionary.md."""
    from persona_pipeline.schemas.dictionary import data_dictionary

    sys.stdout.write(data_dictionary())


for command in (query, ui, export, bench, doctor, report, releases, diff, restore, upgrade):
    app.command()(command)

app.add_typer(ledger, name="ledger")
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
