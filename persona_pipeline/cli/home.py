"""A folder for Dagster's own records of runs, checks and schedules."""

from pathlib import Path
from typing import Any

import yaml

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
"""


def prepare_home(home: Path) -> None:
    """Makes a DAGSTER_HOME with telemetry off; one that has a dagster.yaml stays as it is."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(INSTANCE, "utf-8")


def instance_settings() -> dict[str, Any]:
    """The same for an instance that is forgotten afterwards and has no folder."""
    found: dict[str, Any] = yaml.safe_load(INSTANCE)
    return found
