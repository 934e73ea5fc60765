"""From a config file and command-line options to a Dagster run configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from persona_pipeline.run_config import read_config

PLACES: dict[str, tuple[str, ...]] = {
    "pums": ("resources", "census", "config", "pums"),
    "vintage": ("resources", "census", "config", "vintage"),
    "states": ("resources", "census", "config", "states"),
    "allow_missing": ("resources", "census", "config", "allow_missing"),
    "replicate_weights": ("resources", "census", "config", "replicate_weights"),
    "stratify": ("ops", "personas__profiles", "config", "strata"),
    "rake": ("ops", "personas__profiles", "config", "margins"),
    "prism": ("ops", "prompts__candidates", "config", "prism"),
    "seed": ("resources", "experiment", "config", "seed"),
    "personas": ("resources", "experiment", "config", "personas"),
    "pairs_per_persona": ("ops", "feedback__assignments", "config", "pairs_per_persona"),
    "bench_items": ("ops", "bench__answers", "config", "n_items"),
    "provider": ("resources", "chat", "config", "provider"),
    "model": ("resources", "chat", "config", "model"),
    "judge": ("resources", "chat", "config", "judge"),
    "base_url": ("resources", "chat", "config", "base_url"),
    "recording": ("resources", "chat", "config", "recording"),
    "concurrency": ("resources", "chat", "config", "concurrency"),
    "max_dollars": ("resources", "chat", "config", "max_dollars"),
    "max_tokens": ("resources", "chat", "config", "max_tokens"),
    "prices": ("resources", "chat", "config", "prices"),
    "allow_unknown_prices": ("resources", "chat", "config", "allow_unknown_prices"),
    "ledger": ("resources", "chat", "config", "ledger"),
    "database": ("resources", "warehouse", "config", "path"),
}
"""Where each option goes in a run configuration."""

IMPLIED_METHODS = {"stratify": "stratified", "rake": "raked"}
"""The method of drawing that an option asks for."""

IMPLIED_PROVIDERS = {"base_url": "openai_compatible", "recording": "replay"}
"""The provider that an option asks for where none is named."""


def run_config(file: Path | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """The file's configuration with the options that were given put over it.

    Args:
        options: by name in PLACES; None means not given.
    """
    config = read_config(file) if file else {}
    for name, value in options.items():
        if value is not None:
            _put(config, PLACES[name], value)
    for option, method in IMPLIED_METHODS.items():
        if options.get(option) is not None:
            _put(config, ("ops", "personas__profiles", "config", "method"), method)
    if options.get("provider") is None:
        for option, provider in IMPLIED_PROVIDERS.items():
            if options.get(option) is not None:
                _put(config, PLACES["provider"], provider)
    return config


def only_ops(config: Mapping[str, Any], selected: set[str]) -> dict[str, Any]:
    """The configuration without the parts of assets that are not selected, which Dagster would refuse."""
    ops = {name: value for name, value in (config.get("ops") or {}).items() if name in selected}
    return {**config, "ops": ops}


def value_of(config: Mapping[str, Any], name: str) -> Any:
    """What the configuration says for an option; None when it says nothing."""
    place: Any = config
    for step in PLACES[name]:
        if not isinstance(place, Mapping) or step not in place:
            return None
        place = place[step]
    return place


def _put(config: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    place = config
    for step in path[:-1]:
        place = place.setdefault(step, {})
    place[path[-1]] = value
