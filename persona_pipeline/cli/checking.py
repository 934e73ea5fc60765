"""Whether a run configuration can be meant, before anything runs: every name and value, selected or not."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
from pydantic import BaseModel, ValidationError

from persona_pipeline.errors import ConfigError

FIX = "See config/demo.yaml."


def check_config(job: dg.JobDefinition, resources: Mapping[str, Any], config: Mapping[str, Any]) -> None:
    """Raises ConfigError for a name that nothing in the graph has and for a value that it does not take.

    Dagster by itself passes over the configuration of assets that it does not know or that are not selected.

    Args:
        job: the whole graph.
    """
    settings = {node.name: _settings_of(node.definition) for node in job.nodes}
    _refuse_unknown("resources", config.get("resources"), resources)
    _refuse_unknown("ops", config.get("ops"), settings)
    try:
        dg.validate_run_config(job, dict(config))
    except dg.DagsterInvalidConfigError as exc:
        raise ConfigError("; ".join(error.message for error in exc.errors), where="run configuration", fix=FIX) from exc
    for name, given in (config.get("resources") or {}).items():
        _refuse_values(f"resources.{name}", type(resources[name]), given)
    for name, given in (config.get("ops") or {}).items():
        _refuse_values(f"ops.{name}", settings[name], given)


def _refuse_unknown(part: str, given: Mapping[str, Any] | None, known: Iterable[str]) -> None:
    unknown = [name for name in given or {} if name not in set(known)]
    if unknown:
        raise ConfigError(
            f"there is no {', '.join(unknown)}", where=part, expected=f"one of: {', '.join(sorted(known))}", fix=FIX
        )


def _refuse_values(where: str, settings: type[BaseModel] | None, given: Mapping[str, Any]) -> None:
    """Tries the values on the class that will take them; a value from the environment is tried when it runs."""
    values = {name: value for name, value in (given.get("config") or {}).items() if not isinstance(value, dict)}
    if settings is None or not values:
        return
    try:
        settings(**values)
    except ValidationError as exc:
        error = exc.errors()[0]
        name = ".".join(map(str, error["loc"]))
        raise ConfigError(f"{name} is {error['input']!r}", where=where, expected=error["msg"].lower(), fix=FIX) from exc


def _settings_of(definition: Any) -> type[BaseModel] | None:
    """The Config class that an op's function asks for; None when it asks for none."""
    found = getattr(definition.compute_fn, "decorated_fn", None)
    annotation = getattr(found, "__annotations__", {}).get("config")
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
