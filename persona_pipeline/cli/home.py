"""A folder for Dagster's own records of runs, checks and schedules."""

from pathlib import Path

INSTANCE = """\
# A Dagster instance that tells nobody outside anything: no telemetry, no newsletter dialogue.
telemetry:
  enabled: false
nux:
  enabled: false
# Runs from the UI, from schedules and from the command line wait for each other, and none fails for it.
concurrency:
  runs:
    max_concurrent_runs: 4  # more are queued; a run of the command line is not in the queue
  pools:
    granularity: op
    default_limit: 2  # steps that ask models at once (pool "models"); publishing has a lock of its own
run_monitoring:
  enabled: true  # a run whose process is gone is marked as failed,
  free_slots_after_run_end_seconds: 30  # and what it held is free again
"""


def prepare_home(home: Path) -> None:
    """Makes a DAGSTER_HOME: no telemetry, limits on what runs at once; one that has a dagster.yaml stays as it is."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(INSTANCE, "utf-8")
