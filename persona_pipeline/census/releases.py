"""Whether the Census Bureau has published a vintage: its person file, and the dictionary that decodes it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import requests

from persona_pipeline.census.vintages import ACS, UNSUITABLE, VINTAGES
from persona_pipeline.errors import FetchError

SERVER = "https://www2.census.gov/programs-surveys/acs"
SMALL_STATE = "wy"  # the whole of a release is published at once
ATTEMPTS = 3
FIRST_WAIT_S = 1.0  # doubled after each attempt
TIMEOUT_S = (10, 30)  # to connect; for the answer


@dataclass(frozen=True)
class Release:
    """What the Census Bureau's server has of a 1-Year vintage.

    Args:
        known: whether this program can read it.
    """

    vintage: str
    person_file: bool
    dictionary: bool
    known: bool

    @property
    def what_to_do(self) -> str:
        """What people have to do, since a vintage needs its codebook; empty when there is nothing to do."""
        year = self.vintage.partition("-")[0]
        if not self.person_file or self.known:
            return ""
        if not self.dictionary:
            return f"The files of {self.vintage} are there, but not their data dictionary; wait for it."
        return (
            f"The files of {self.vintage} and their data dictionary are there. Make the codebook of {year} and add "
            f"census/vintages/acs_{year}_1yr.py (CONTRIBUTING.md, A census vintage); then name {self.vintage} in your "
            "run configuration."
        )


def newest_known() -> int:
    """The last survey year whose 1-Year files this program can read."""
    return max(v.year for _, v in VINTAGES.items() if v.source == ACS and v.name.endswith("-1yr"))


def next_release(server: str = SERVER, *, wait: Callable[[float], None] = time.sleep) -> Release:
    """What is published of the first 1-Year vintage that this program does not know.

    Args:
        server: the folder that holds data/pums and tech_docs/pums, as on the Census Bureau's server.
        wait: what passes the seconds between attempts.

    Raises FetchError when the server does not say: that is not the same as no.
    """
    year = newest_known() + 1
    while f"{year}-1yr" in UNSUITABLE:
        year += 1
    return release(year, server, wait=wait)


def release(year: int, server: str = SERVER, *, wait: Callable[[float], None] = time.sleep) -> Release:
    """What is published of a 1-Year vintage; see next_release."""
    base = server.rstrip("/")
    return Release(
        vintage=f"{year}-1yr",
        person_file=_is_there(f"{base}/data/pums/{year}/1-Year/csv_p{SMALL_STATE}.zip", wait),
        dictionary=_is_there(f"{base}/tech_docs/pums/data_dict/PUMS_Data_Dictionary_{year}.csv", wait),
        known=f"{year}-1yr" in VINTAGES,
    )


def _is_there(url: str, wait: Callable[[float], None]) -> bool:
    problem = ""
    for attempt in range(ATTEMPTS):
        try:
            answer = requests.head(url, timeout=TIMEOUT_S, allow_redirects=True)
        except requests.RequestException as exc:
            problem = f"the server could not be reached ({type(exc).__name__})"
        else:
            if answer.status_code == 404:
                return False
            kind = answer.headers.get("Content-Type", "")
            if answer.ok and not kind.startswith("text/html"):  # with a page of text some servers say "not there"
                return True
            problem = f"the server answered {answer.status_code} with {kind or 'nothing'}"
            if answer.status_code != 429 and answer.status_code < 500:
                break
        if attempt + 1 < ATTEMPTS:
            wait(FIRST_WAIT_S * 2**attempt)
    raise FetchError(
        f"whether the file is there cannot be told: {problem}",
        where=url,
        expected="200 or 404",
        fix="Check resources.census.config.server, or wait for the next check.",
    )
