"""A folder for Dagster's own records of runs, checks and schedules."""

import re
from pathlib import Path
from typing import Any

import yaml

from persona_pipeline.errors import ConfigError

HANDLER = "persona_pipeline.observing.json_lines.JsonLines"
INSTANCE = f"""\
# A Dagster instance that tells nobody outside anything: no telemetry, no newsletter dialogue.
telemetry:
  enabled: false
nux:
  enabled: false
# A run's log as JSON lines, in the file that PERSONA_LOG names; without that setting it writes nothing.
python_logs:
  dagster_handler_config:
    handlers:
      json_lines:
        class: {HANDLER}
# Runs from the UI, from schedules and from the command line wait for each other, and none fails for it.
concurrency:
  runs:
    max_concurrent_runs: 4  # more are queued; a run of the command line is not in the queue
  pools:
    granularity: op
    default_limit: 2  # steps that ask models at once (pool "models"); publishing has a lock of its own
# A run whose process is gone (killed, or the machine stopped) is marked as failed, what it held is free again, and it
# is begun once more where it stopped: models are asked only for what is not in the ledger.
run_launcher:
  module: persona_pipeline.cli.launcher
  class: Launcher
run_monitoring:
  enabled: true
  poll_interval_seconds: 30
  free_slots_after_run_end_seconds: 30
run_retries:
  enabled: true
  max_retries: 1
  retry_on_asset_or_op_failure: false  # a rule that failed would fail again
"""


POSTGRES = """\
# Its records are in PostgreSQL. The address is read from the environment when Dagster starts and stands nowhere here.
storage:
  postgres:
    postgres_url:
      env: {variable}
"""


def prepare_home(home: Path, postgres: str | None = None) -> None:
    """Makes a DAGSTER_HOME: no telemetry, limits on what runs at once; one that has a dagster.yaml stays as it is.

    Args:
        postgres: the environment variable with the address of a PostgreSQL database for Dagster's records; None: they
            are SQLite files in the folder. Raises ConfigError where a dagster.yaml is there that does not name it.
    """
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if postgres is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", postgres):
        raise ConfigError(
            "--postgres takes the name of an environment variable and never an address, which has a password in it",
            expected="a name such as PERSONA_DAGSTER_POSTGRES",
        )
    wanted = INSTANCE + (POSTGRES.format(variable=postgres) if postgres else "")
    if not settings.exists():
        settings.write_text(wanted, "utf-8")
    elif postgres is not None and settings.read_text("utf-8") != wanted:
        raise ConfigError(
            "there is a dagster.yaml already, and it says something else",
            where=str(settings),
            fix="Name another folder, and take over by hand what its dagster.yaml says of `storage`.",
        )


def instance_settings() -> dict[str, Any]:
    """The same for an instance that is forgotten afterwards: it has no folder, and no other run to wait for."""
    found: dict[str, Any] = yaml.safe_load(INSTANCE)
    return {name: found[name] for name in ("telemetry", "nux", "python_logs")}
