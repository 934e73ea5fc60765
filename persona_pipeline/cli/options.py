"""From a config file and command-line options to a Dagster run configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from persona_pipeline.errors import ConfigError
from persona_pipeline.run_config import read_config
from persona_pipeline.settings import refuse_password

Database = Annotated[
    str | None, typer.Option(help="The DuckDB file (PERSONA_DUCKDB, else data/persona.duckdb).", show_default=False)
]

PLACES: dict[str, tuple[str, ...]] = {
    "pums": ("resources", "census", "config", "pums"),
    "vintage": ("resources", "census", "config", "vintage"),
    "states": ("resources", "census", "config", "states"),
    "allow_missing": ("resources", "census", "config", "allow_missing"),
    "replicate_weights": ("resources", "census", "config", "replicate_weights"),
    "stratify": ("ops", "personas__profiles", "config", "strata"),
    "rake": ("ops", "personas__profiles", "config", "margins"),
    "prism": ("ops", "prompts__candidates", "config", "prism"),
    "prompts": ("ops", "prompts__candidates", "config", "prompts"),
    "prompt_columns": ("ops", "prompts__candidates", "config", "columns"),
    "seed": ("resources", "experiment", "config", "seed"),
    "personas": ("resources", "experiment", "config", "personas"),
    "pairs_per_persona": ("ops", "feedback__assignments", "config", "pairs_per_persona"),
    "bench_items": ("ops", "bench__design", "config", "n_items"),
    "bench_answers": ("ops", "bench__answers", "config", "answers"),
    "bench_model_name": ("ops", "bench__answers", "config", "model_name"),
    "bench_modes": ("ops", "bench__answers", "config", "modes"),
    "bench_models": ("ops", "bench__answers", "config", "models"),
    "bench_draws": ("ops", "bench__answers", "config", "draws"),
    "bench_left_out_items": ("ops", "bench__leave_one_out_answers", "config", "items"),
    "bench_left_out_models": ("ops", "bench__leave_one_out_answers", "config", "models"),
    "bench_human": ("ops", "bench__human_verdicts", "config", "file"),
    "provider": ("resources", "chat", "config", "provider"),
    "model": ("resources", "chat", "config", "model"),
    "judge": ("resources", "chat", "config", "judge"),
    "base_url": ("resources", "chat", "config", "base_url"),
    "recording": ("resources", "chat", "config", "recording"),
    "how": ("resources", "chat", "config", "how"),
    "batch_folder": ("resources", "chat", "config", "batch_folder"),
    "concurrency": ("resources", "chat", "config", "concurrency"),
    "max_dollars": ("resources", "chat", "config", "max_dollars"),
    "max_tokens": ("resources", "chat", "config", "max_tokens"),
    "prices": ("resources", "chat", "config", "prices"),
    "parameters": ("resources", "chat", "config", "parameters"),
    "allow_unknown_prices": ("resources", "chat", "config", "allow_unknown_prices"),
    "ledger": ("resources", "chat", "config", "ledger"),
    "database": ("resources", "warehouse", "config", "path"),
}
"""Where each option goes in a run configuration."""

IMPLIED_METHODS = {"stratify": "stratified", "rake": "raked"}
"""The method of drawing that an option asks for."""

IMPLIED_PROVIDERS = {"base_url": "openai_compatible", "batch_folder": "openai_compatible", "recording": "replay"}
"""The provider that an option asks for where none is named."""


def named_columns(text: str) -> dict[str, str]:
    """`text=question,id=key` as a mapping; anything else raises ConfigError."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    wrong = [pair for pair in pairs if not pair[0].strip() or not pair[2].strip()]
    if wrong or not pairs:
        raise ConfigError(f"{text!r} names no columns", where="--prompt-columns", expected="text=COLUMN,id=COLUMN")
    return {meaning.strip(): column.strip() for meaning, _, column in pairs}


def run_config(file: Path | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """The file's configuration with the options that were given put over it.

    Args:
        options: by name in PLACES; None means not given.
    """
    config = read_config(file) if file else {}
    refuse_password(options.get("ledger") or "")
    for name, value in options.items():
        if value is not None:
            _put(config, PLACES[name], value)
    if options.get("batch_folder") is not None and options.get("how") is None:
        _put(config, PLACES["how"], "batch_files")
    for option, method in IMPLIED_METHODS.items():
        if options.get(option) is not None:
            _put(config, ("ops", "personas__profiles", "config", "method"), method)
    if options.get("provider") is None:
        for option, provider in IMPLIED_PROVIDERS.items():
            if options.get(option) is not None:
                _put(config, PLACES["provider"], provider)
    return config


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
