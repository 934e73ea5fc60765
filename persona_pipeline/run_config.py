"""Run configurations in files: what the launchpad, `run --config` and a schedule take."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import yaml

from persona_pipeline.errors import ConfigError


def read_config(file: Path) -> dict[str, Any]:
    """A run configuration from a YAML file, as the launchpad takes it."""
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except OSError as exc:
        raise ConfigError(f"cannot be read: {exc.strerror}", where=str(file), fix="Name a file with --config.") from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise ConfigError(f"is not YAML: {exc}", where=str(file), fix="See config/demo.yaml.") from exc
    if not isinstance(found, dict):
        raise ConfigError("holds no mapping", where=str(file), expected="ops and resources, as in config/demo.yaml")
    return found


def only_ops(config: Mapping[str, Any], selected: AbstractSet[str]) -> dict[str, Any]:
    """The configuration without the parts of assets that are not selected, which Dagster would refuse."""
    ops = {name: value for name, value in (config.get("ops") or {}).items() if name in selected}
    return {**config, "ops": ops}


def resources_of(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings of each resource that a configuration names."""
    found = config.get("resources") or {}
    return {name: dict((value or {}).get("config") or {}) for name, value in found.items()}
