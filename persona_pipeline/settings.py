"""The only reader of the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from persona_pipeline.errors import ConfigError

MASK = "***"

SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|WEBHOOK(_URL)?)$")
SHORTEST_SECRET = 8  # characters; a shorter value is a placeholder, and ordinary words may hold it


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Args:
        database: PERSONA_DUCKDB, the warehouse file.
        ledger: PERSONA_LEDGER, the reply ledger, a file or a PostgreSQL address; its password is masked here. Empty:
            beside the warehouse file.
        cache: PERSONA_CACHE, where downloaded census files are kept.
        hub_endpoint: HF_ENDPOINT, another hub's address than Hugging Face's; empty: that one.
        config: PERSONA_CONFIG, the run configuration that schedules use; empty: none, and they do not run.
        cron: PERSONA_CRON, when schedules are due, as NAME=CRON; empty: as they are declared.
        parts: PERSONA_PARTS, a folder or store for parts of the sharded tables; empty: none is kept.
        keep: PERSONA_KEEP, how many warehouse files are kept as earlier runs left them.
        study: PERSONA_STUDY, the human study's file; empty: beside the warehouse file.
        log: PERSONA_LOG, the file that a run's log is appended to as JSON lines, or `-` for stderr; empty: none.
        metrics: PERSONA_METRICS, `on` or a collector's address; empty: no metrics.
        fresh_days: PERSONA_FRESH_DAYS, after how many days a table that was not made again counts as old; empty: never.
    """

    database: str
    ledger: str
    cache: str
    config: str
    cron: str = ""
    study: str = ""
    parts: str = ""
    fresh_days: str = ""
    hub_endpoint: str = ""
    log: str = ""
    metrics: str = ""
    keep: int = 0
    _environment: Mapping[str, str] = field(repr=False, default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        found = os.environ if environment is None else environment
        return cls(
            database=found.get("PERSONA_DUCKDB", "data/persona.duckdb"),
            ledger=masked(found.get("PERSONA_LEDGER", "")),
            cache=found.get("PERSONA_CACHE", "data/cache"),
            config=found.get("PERSONA_CONFIG", ""),
            cron=found.get("PERSONA_CRON", ""),
            hub_endpoint=found.get("HF_ENDPOINT", ""),
            parts=found.get("PERSONA_PARTS", ""),
            study=found.get("PERSONA_STUDY", ""),
            log=found.get("PERSONA_LOG", ""),
            metrics=found.get("PERSONA_METRICS", ""),
            fresh_days=found.get("PERSONA_FRESH_DAYS", ""),
            keep=_count(found.get("PERSONA_KEEP", "0")),
            _environment=found,
        )

    def secret(self, name: str) -> str | None:
        """A secret by the name of its variable; None when it is not set or empty."""
        return self._environment.get(name) or None

    def secrets(self) -> frozenset[str]:
        """The values of all variables that by their names hold a secret, to be taken out of what is written."""
        named = (value for name, value in self._environment.items() if SECRET_NAME.search(name))
        return frozenset(value for value in named if len(value) >= SHORTEST_SECRET)


def is_address(place: str) -> bool:
    """Whether a ledger's place is a PostgreSQL address and no file."""
    return place.startswith(("postgresql://", "postgres://"))


def masked(place: str) -> str:
    """A ledger's place as it may be shown: a password in it is three stars. A path stays as it is."""
    if not is_address(place) or urlsplit(place).password is None:
        return place
    parts = urlsplit(place)
    who, _, where = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{who.partition(':')[0]}:{MASK}@{where}").geturl()


def unmasked(place: str, environment: Mapping[str, str] | None = None) -> str:
    """A PostgreSQL address with its password: its own, that of PERSONA_LEDGER where that is the same, or PGPASSWORD.

    Raises ConfigError where three stars stand for a password that PERSONA_LEDGER of this process does not have.
    """
    found = os.environ if environment is None else environment
    parts = urlsplit(place)
    if parts.password == MASK:
        known = found.get("PERSONA_LEDGER", "")
        if masked(known) != place:
            raise ConfigError(
                "the ledger's password is not known to this process",
                where=place,
                expected="the same address with its password in PERSONA_LEDGER, for the run and for every worker",
            )
        return known
    if parts.password is None and found.get("PGPASSWORD"):
        who, _, where = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{who}:{quote(found['PGPASSWORD'], safe='')}@{where}").geturl()
    return place


def refuse_password(place: str) -> str:
    """The ledger's place as a run configuration may name it; with a password it raises ConfigError and shows none."""
    if is_address(place) and urlsplit(place).password not in (None, MASK):
        raise ConfigError(
            "a password in a run configuration would stay in Dagster's records",
            where=masked(place),
            fix="Set PERSONA_LEDGER in the environment instead, or leave the password to PGPASSWORD.",
        )
    return place


def place_of(ledger: str, *, beside: str) -> Path | str:
    """A ledger's file or address by what names it; with no name, the file beside a warehouse file."""
    if is_address(ledger):
        return refuse_password(ledger)
    return Path(ledger) if ledger else ledger_beside(beside)


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
