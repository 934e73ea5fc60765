"""Where a run's census zips are: inside this package, in a folder, or on a server that they are fetched from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from persona_pipeline.census.fetch import fetch
from persona_pipeline.census.vintages import Vintage
from persona_pipeline.errors import ConfigError, FetchError, InputError

EMBEDDED = "embedded"
EMBEDDED_VINTAGE = "2023-1yr"
NATION = "us"
NAME = re.compile(r"csv_([ph])([a-z]{2})\.zip", re.IGNORECASE)


@dataclass(frozen=True)
class Extract:
    """The zips to read; household zips may be fewer, or none."""

    person_zips: tuple[Path, ...]
    household_zips: tuple[Path, ...] = ()


def locate(pums: str, vintage: Vintage, states: Sequence[str], cache: Path) -> Extract:
    """The zips of some states.

    Args:
        pums: `embedded` (a synthetic extract), a folder of Census-named zips (csv_pwy.zip, csv_hwy.zip), or the address
            of a folder of such zips on a web server, as in `vintage.url`.
        states: two-letter codes in either case; `us` is the national file. Empty takes every person zip of a folder.
        cache: where files from a server are kept; a file that is there is not fetched again.

    Raises InputError for a folder or zip that is absent, FetchError for one that cannot be fetched, and ConfigError
    for states that cannot be meant.
    """
    wanted = [_checked(state) for state in dict.fromkeys(state.strip().lower() for state in states)]
    if pums == EMBEDDED:
        return _embedded(vintage, wanted)
    if pums.lower().startswith(("http://", "https://")):
        return _from_server(pums, wanted, cache)
    return _from_folder(Path(pums).expanduser(), wanted)


def _checked(state: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", state):
        raise ConfigError(
            f"'{state}' is no state",
            where="states",
            expected="two-letter codes such as wy, or us for the national file",
        )
    return state


def _embedded(vintage: Vintage, states: list[str]) -> Extract:
    if vintage.name != EMBEDDED_VINTAGE:
        raise ConfigError(
            f"the embedded extract has the layout of {EMBEDDED_VINTAGE}, not of {vintage.name}",
            where="vintage",
            fix=f"Choose the vintage {EMBEDDED_VINTAGE}, or a folder or address of {vintage.name} files.",
        )
    return _from_folder(Path(str(resources.files("persona_pipeline.census").joinpath("embedded"))), states)


def _from_folder(folder: Path, states: list[str]) -> Extract:
    if not folder.is_dir():
        raise InputError(
            "there is no such folder",
            where=str(folder),
            expected="a folder of Census zips (csv_pwy.zip, csv_hwy.zip), 'embedded', or an https address",
        )
    persons, households = _listed(folder)
    chosen = states or sorted(persons)
    missing = [state for state in chosen if state not in persons]
    if missing or not chosen:
        raise InputError(
            f"no person zip for {', '.join(missing) or 'any state'}",
            where=str(folder),
            expected=", ".join(f"csv_p{state}.zip" for state in missing) or "csv_p<state>.zip",
            fix=f"There is: {', '.join(sorted(persons)) or 'none'}.",
        )
    _refuse_twice(chosen, folder)
    return Extract(
        tuple(persons[state] for state in chosen), tuple(households[state] for state in chosen if state in households)
    )


def _listed(folder: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """The person zips and the household zips of a folder, by state."""
    found: dict[str, dict[str, Path]] = {"p": {}, "h": {}}
    for path in sorted(folder.iterdir()):
        match = NAME.fullmatch(path.name)
        if match:
            found[match[1].lower()][match[2].lower()] = path
    return found["p"], found["h"]


def _refuse_twice(states: list[str], where: object) -> None:
    if NATION in states and len(states) > 1:
        raise ConfigError(
            "the national file and files of states hold the same people",
            where=str(where),
            expected="either us or states",
            fix="Name the states, or us alone.",
        )


def _from_server(base: str, states: list[str], cache: Path) -> Extract:
    if not states:
        raise ConfigError(
            "no states are named", where=base, expected="the states to fetch", fix="Name them (wy, vt), or us for all."
        )
    _refuse_twice(states, base)
    persons, households, failed = [], [], {}
    for state in states:
        try:
            persons.append(fetch(base, f"csv_p{state}.zip", cache))
            households.append(fetch(base, f"csv_h{state}.zip", cache, optional=True))
        except FetchError as exc:  # the others are fetched all the same
            failed[state] = exc
    if failed:
        raise _not_all(failed, base, states)
    return Extract(tuple(p for p in persons if p), tuple(h for h in households if h))


def _not_all(failed: Mapping[str, FetchError], base: str, states: Sequence[str]) -> FetchError:
    if len(states) == 1:
        return next(iter(failed.values()))
    reasons = "; ".join(f"{state}: {exc.what} ({exc.where})" for state, exc in failed.items())
    return FetchError(
        f"{len(failed)} of {len(states)} states could not be fetched: {reasons}",
        where=base,
        expected="a Census zip of each state",
        fix="Run again: the files of the other states are in the cache, and what broke off is continued. Or leave out "
        f"{', '.join(failed)}.",
    )
