"""The ui command: the Dagster UI with its daemon."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from persona_pipeline.cli.home import prepare_home
from persona_pipeline.cli.options import Database


def ui(
    database: Database = None,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on; the UI has no password of its own.")] = "127.0.0.1",
) -> None:
    """Serves the Dagster UI for this graph, with schedules, until Ctrl-C."""
    home = Path(os.environ.get("DAGSTER_HOME") or "data/dagster_home").resolve()
    prepare_home(home)
    if (home / "history").exists():  # runs were recorded here
        _forget_ended_runs(home)
    workspace = ["-w", "workspace.yaml"] if Path("workspace.yaml").exists() else ["-m", "persona_pipeline.definitions"]
    command = [str(Path(sys.executable).with_name("dagster")), "dev", *workspace]
    environment = {**os.environ, "DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"}
    if database:
        environment["PERSONA_DUCKDB"] = str(Path(database).resolve())
    sys.stdout.flush()  # in the place of this process, so that whoever ends it ends the UI
    os.execve(command[0], [*command, "-h", host, "-p", str(port)], environment)


def _forget_ended_runs(home: Path) -> None:
    from dagster import DagsterInstance  # takes seconds to import

    from persona_pipeline.cli.ended import fail_ended_runs

    with DagsterInstance.from_config(str(home)) as instance:
        fail_ended_runs(instance, home)
