"""When schedules are due: as they are declared, or as PERSONA_CRON says."""

from collections.abc import Iterable

from persona_pipeline.errors import ConfigError
from persona_pipeline.settings import Settings

EXPECTED = "NAME=CRON, several with a semicolon between: monthly_refresh=0 5 1 * *; daily_shard=30 1 * * *"


def due(schedule: str, usual: str) -> str:
    """A schedule's hours, as cron has them: PERSONA_CRON's, else the usual ones."""
    return hours(Settings.from_environment().cron).get(schedule, usual)


def hours(text: str) -> dict[str, str]:
    """The hours of each schedule that a setting names."""
    named = [each.partition("=") for each in text.split(";") if each.strip()]
    wrong = next((name for name, _, cron in named if not (name.strip() and cron.strip())), None)
    if wrong is not None:
        raise ConfigError(f"'{wrong.strip()}' has no hours", where="PERSONA_CRON", expected=EXPECTED)
    return {name.strip(): cron.strip() for name, _, cron in named}


def refuse_unknown(known: Iterable[str]) -> None:
    """Raises ConfigError where PERSONA_CRON names a schedule that there is not."""
    names = sorted(known)
    unknown = sorted(set(hours(Settings.from_environment().cron)) - set(names))
    if unknown:
        raise ConfigError(
            f"there is no schedule {', '.join(unknown)}", where="PERSONA_CRON", expected=f"some of: {', '.join(names)}"
        )
