"""The only reader of the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|WEBHOOK(_URL)?)$")
SHORTEST_SECRET = 8  # characters; a shorter value is a placeholder, and ordinary words may hold it


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
        log: PERSONA_LOG, the file that a run's log is appended to as JSON lines, or `-` for stderr; empty: none.
        metrics: PERSONA_METRICS, `on` or a collector's address; empty: no metrics.
    """

    database: str
    ledger: str
    cache: str
    config: str
    study: str = ""
    hub_endpoint: str = ""
    log: str = ""
    metrics: str = ""
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
            log=found.get("PERSONA_LOG", ""),
            metrics=found.get("PERSONA_METRICS", ""),
            _environment=found,
        )

    def secret(self, name: str) -> str | None:
        """A secret by the name of its variable; None when it is not set or empty."""
        return self._environment.get(name) or None

    def secrets(self) -> frozenset[str]:
        """The values of all variables that by their names hold a secret, to be taken out of what is written."""
        named = (value for name, value in self._environment.items() if SECRET_NAME.search(name))
        return frozenset(value for value in named if len(value) >= SHORTEST_SECRET)


def ledger_beside(database: str) -> Path:
    """The ledger's default place: data/persona.duckdb has data/persona.ledger.sqlite."""
    path = Path(database)
    return path.with_name(path.stem + ".ledger.sqlite")


def study_beside(database: str) -> Path:
    """The human study's default place: data/persona.duckdb has data/persona.study.sqlite."""
    path = Path(database)
    return path.with_name(path.stem + ".study.sqlite")
