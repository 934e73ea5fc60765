"""The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Args:
        database: PERSONA_DUCKDB, the warehouse file.
        ledger: PERSONA_LEDGER, the reply ledger; empty: beside the warehouse file.
        cache: PERSONA_CACHE, where downloaded census files are kept.
        hub_endpoint: HF_ENDPOINT, another hub's address than Hugging Face's; empty: that one.
        config: PERSONA_CONFIG, the run configuration that schedules use; empty: none, and they do not run.
        study: PERSONA_STUDY, the human study's file; empty: beside the warehouse file.
        fresh_days: PERSONA_FRESH_DAYS, after how many days a table that was not made again counts as old; empty: never.
    """

    database: str
    ledger: str
    cache: str
    config: str
    study: str = ""
    fresh_days: str = ""
    hub_endpoint: str = ""
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
            fresh_days=found.get("PERSONA_FRESH_DAYS", ""),
            _environment=found,
        )

    def secret(self, name: str) -> str | None:
        """A secret by the name of its variable; None when it is not set or empty."""
        return self._environment.get(name) or None


def ledger_beside(database: str) -> Path:
    """The ledger's default place: data/persona.duckdb has data/persona.ledger.sqlite."""
    path = Path(database)
    return path.with_name(path.stem + ".ledger.sqlite")


def study_beside(database: str) -> Path:
    """The human study's default place: data/persona.duckdb has data/persona.study.sqlite."""
    path = Path(database)
    return path.with_name(path.stem + ".study.sqlite")
