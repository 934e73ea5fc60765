"""The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from persona_pipeline.errors import ConfigError


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Args:
        database: PERSONA_DUCKDB, the warehouse file.
        ledger: PERSONA_LEDGER, the reply ledger; empty: beside the warehouse file.
        cache: PERSONA_CACHE, where downloaded census files are kept.
        hub_endpoint: HF_ENDPOINT, another hub's address than Hugging Face's; empty: that one.
        config: PERSONA_CONFIG, the run configuration that schedules use; empty: none, and they do not run.
        keep: PERSONA_KEEP, how many warehouse files are kept as earlier runs left them.
        study: PERSONA_STUDY, the human study's file; empty: beside the warehouse file.
    """

    database: str
    ledger: str
    cache: str
    config: str
    study: str = ""
    hub_endpoint: str = ""
    keep: int = 0
    _environment: Mapping[str, str] = field(repr=False, default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        found = os.environ if environment is None else environment
        return cls(
            database=found.get("PERSONA_DUCKDB", "data/persona.duckdb"),
            ledger=found.get("PERSONA_LEDGER", ""),
            cache=found.get("PERSONA_CACHE", "data/cache"),
            config=found.get("PERSONA_CONFIG", ""),
            hub_endpoint=found.get("HF_ENDPOINT", ""),
            study=found.get("PERSONA_STUDY", ""),
            keep=_count(found.get("PERSONA_KEEP", "0")),
            _environment=found,
        )

    def secret(self, name: str) -> str | None:
        """A secret by the name of its variable; None when it is not set or empty."""
        return self._environment.get(name) or None


def _count(text: str) -> int:
    if not text.strip().isdigit():
        raise ConfigError(f"it is {text!r}", where="PERSONA_KEEP", expected="a number of files, such as 3; 0: none")
    return int(text)


def ledger_beside(database: str) -> Path:
    """The ledger's default place: data/persona.duckdb has data/persona.ledger.sqlite."""
    path = Path(database)
    return path.with_name(path.stem + ".ledger.sqlite")


def study_beside(database: str) -> Path:
    """The human study's default place: data/persona.duckdb has data/persona.study.sqlite."""
    path = Path(database)
    return path.with_name(path.stem + ".study.sqlite")
