"""The bench command: anyone's answers, or a model's, scored on the design in the warehouse."""

from pathlib import Path
from typing import Annotated

import typer

from persona_pipeline.cli.console import console, errors
from persona_pipeline.cli.options import Database, run_config, value_of
from persona_pipeline.errors import ConfigError
from persona_pipeline.settings import Settings

ANSWERS_ON = 'group:bench and key:"bench/answers"+'
LEFT_OUT_ON = 'group:bench and key:"bench/leave_one_out_answers"+'


def bench(
    answers: Annotated[
        str | None, typer.Option(help="Answers to score (.jsonl or .csv): item_id, text, model; nothing is generated.")
    ] = None,
    model_name: Annotated[str | None, typer.Option(help="Whose answers they are, where the file does not say.")] = None,
    human: Annotated[
        str | None, typer.Option(help="People's verdicts (.jsonl or .csv): answer_id, rater_id, needs_revision.")
    ] = None,
    modes: Annotated[str | None, typer.Option(help="How models are asked, with commas; none with --answers.")] = None,
    models: Annotated[str | None, typer.Option(help="The models under test, with commas.")] = None,
    draws: Annotated[int | None, typer.Option(help="Independent answers to each item, for pass@k.", min=1)] = None,
    bench_items: Annotated[int | None, typer.Option(help="Items of a new design.", min=1)] = None,
    leave_one_out: Annotated[
        int | None, typer.Option(help="Items to ask again without each attribute: about 100 calls each.", min=1)
    ] = None,
    judge: Annotated[str | None, typer.Option(help="The model that judges; none of those judged.")] = None,
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint: http://…/v1.")] = None,
    max_dollars: Annotated[float | None, typer.Option(help="Stop asking before the run costs more.", min=0)] = None,
    config: Annotated[Path | None, typer.Option(help="A run configuration (YAML); options go over it.")] = None,
    database: Database = None,
    ledger: Annotated[str | None, typer.Option(help="The reply ledger (else beside the DuckDB file).")] = None,
) -> None:
    """Scores models, or anyone's answers from a file, on the design in the database, and prints the leaderboard.

    A design that is there is used as it is, unless --bench-items asks for another one; the database needs personas and
    prompts. Answers by other models to the same design stay on the leaderboard.
    """
    if draws is not None and answers is not None and modes is None:
        raise ConfigError("--draws says nothing of answers from a file", where="bench", expected="a column `draw`")
    if leave_one_out is not None and answers is not None and models is None:
        raise ConfigError("--leave-one-out asks a model", where="bench", expected="--models, or no file of answers")
    asked = _listed(modes)
    options = {
        "bench_answers": answers,
        "bench_model_name": model_name,
        "bench_human": human,
        "bench_modes": [] if answers is not None and asked is None else asked,
        "bench_models": _listed(models),
        "bench_draws": draws,
        "bench_items": bench_items,
        "bench_left_out_items": leave_one_out,
        "bench_left_out_models": _listed(models),
        "judge": judge,
        "base_url": base_url,
        "max_dollars": max_dollars,
        "database": database,
        "ledger": ledger,
    }
    configuration = run_config(config, options)
    from persona_pipeline.cli.running import run as materialize  # Dagster takes seconds to import
    from persona_pipeline.cli.terminal import notes, summary

    file = Path(value_of(configuration, "database") or Settings.from_environment().database)
    new = {"design": bench_items is not None, "humans": human is not None, "left_out": leave_one_out is not None}
    ran = materialize(_selection(file, **new), configuration)
    if ran.outcomes:
        console.print(summary(ran.outcomes))
    for note in notes(ran.outcomes):
        console.print(note)
    if ran.problems or ran.skipped:
        for problem in ran.problems:
            errors.print("[red]error[/red] ", end="")
            errors.print(problem, markup=False, soft_wrap=True)
        raise typer.Exit(1)
    _print_leaderboard(file)


def _selection(file: Path, *, design: bool, humans: bool, left_out: bool) -> str:
    """The answers and what follows, leave-one-out if wanted, and before them the design and people's verdicts, when new
    or not there yet."""
    from persona_pipeline.schemas.bench import DESIGN, HUMAN_VERDICTS
    from persona_pipeline.warehouse import WarehouseFile

    warehouse, there = WarehouseFile(file), file.is_file()
    before = [
        f'key:"{table.schema}/{table.name}"'
        for table, new in ((DESIGN, design), (HUMAN_VERDICTS, humans))
        if new or not there or not warehouse.has(table)
    ]
    return " or ".join([f"({ANSWERS_ON})", *([f"({LEFT_OUT_ON})"] if left_out else []), *before])


def _listed(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]


def _print_leaderboard(file: Path) -> None:
    from rich.table import Table as Grid

    from persona_pipeline.schemas.bench_reports import LEADERBOARD
    from persona_pipeline.warehouse import WarehouseFile

    grid = Grid("mode", "model", "judge", "accuracy", "interval", "rank", "unscored")
    for row in WarehouseFile(file).read(LEADERBOARD).astype(object).to_dict("records"):
        none = row["rank_best"] is None or row["rank_best"] != row["rank_best"] or str(row["rank_best"]) == "<NA>"
        known = not none and str(row["low"]) != "<NA>"
        grid.add_row(
            row["mode"],
            row["judged_model"],
            row["judge"],
            "" if none else f"{row['accuracy']:.3f}",
            f"{row['low']:.3f} to {row['high']:.3f}" if known else "",
            "" if none else f"{row['rank_best']} to {row['rank_worst']} of {row['n_models']}",
            f"{row['n_unscored']:,} of {row['n_scored'] + row['n_unscored']:,}",
        )
    console.print(grid)
