"""A folder for Dagster's own records of runs, checks and schedules."""

from pathlib import Path

INSTANCE = """\
# A Dagster instance that tells nobody outside anything: no telemetry, no newsletter dialogue.
telemetry:
  enabled: false
nux:
  enabled: false
"""


def prepare_home(home: Path) -> None:
    """Makes a DAGSTER_HOME with telemetry off; one that has a dagster.yaml stays as it is."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(INSTANCE, "utf-8")
