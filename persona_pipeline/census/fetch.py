"""Fetching of one zip from a web server: into the cache whole or not at all, continued where it broke off."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import requests

from persona_pipeline.census import zips
from persona_pipeline.census.cache import Entry, Note
from persona_pipeline.errors import FetchError, InputError
from persona_pipeline.progress import report

ATTEMPTS = 4  # in a row that bring nothing new
FIRST_WAIT_S = 0.5  # doubled after each attempt
LONGEST_WAIT_S = 60.0
TIMEOUT_S = (10, 60)  # to connect; between two pieces
PIECE = 1 << 16  # the most that a break costs
KINDS = ("application/", "binary/")  # content types that a zip comes with; a page of text is an error page
CHECK_ADDRESS = "Check the address: it is the folder that holds csv_p<state>.zip."
RANGE_NOT_SATISFIABLE = 416


class _TransientError(Exception):
    """Worth another attempt: the server was busy, or the connection broke.

    Args:
        wait_s: how long the server wants to be left alone.
    """

    def __init__(self, what: str, wait_s: float = 0.0) -> None:
        self.wait_s = wait_s
        super().__init__(what)


def fetch(
    base: str, name: str, cache: Path, *, optional: bool = False, wait: Callable[[float], None] = time.sleep
) -> Path | None:
    """The file `base`/`name` in the cache, fetched unless it is there with the content it had when it was fetched.

    A transfer that breaks off is continued, now or by the next call, if the server's file is still the same.

    Args:
        optional: give None instead of raising when the server has no such file.
        wait: what passes the seconds between attempts.

    Raises FetchError when the server cannot be reached, refuses, or sends something else than a whole zip.
    """
    url = f"{base.rstrip('/')}/{name}"
    entry = Entry(cache / re.sub(r"[^A-Za-z0-9.-]+", "_", base.rstrip("/")) / name)
    try:
        with entry.sole_user():
            if entry.is_whole() or _with_patience(url, entry, optional, wait):
                return entry.path
            return None
    except requests.RequestException as exc:
        raise FetchError(f"the address cannot be used ({exc})", where=url, fix=CHECK_ADDRESS) from exc
    except OSError as exc:
        raise FetchError(
            f"it cannot be stored: {exc.strerror or exc}",
            where=str(entry.path),
            fix="Free some space or choose another cache folder.",
        ) from exc


def _with_patience(url: str, entry: Entry, optional: bool, wait: Callable[[float], None]) -> bool:
    """Whether the server has the file, which is then in the cache."""
    in_vain, furthest = 0, entry.begun(url)[0]
    while True:
        try:
            return _fetch_once(url, entry, optional)
        except _TransientError as exc:
            reached = entry.begun(url)[0]
            in_vain, furthest = (0 if reached > furthest else in_vain + 1), max(furthest, reached)
            if in_vain == ATTEMPTS:
                raise FetchError(
                    f"{exc}, {ATTEMPTS} times",
                    where=url,
                    expected="a Census zip",
                    fix="Try again later; what was fetched already is kept. " + CHECK_ADDRESS,
                ) from exc
            wait(min(LONGEST_WAIT_S, max(exc.wait_s, FIRST_WAIT_S * 2 ** max(0, in_vain - 1))))


def _fetch_once(url: str, entry: Entry, optional: bool) -> bool:
    start, known = entry.begun(url)
    try:
        with requests.get(url, headers=_asking_for(start, known), stream=True, timeout=TIMEOUT_S) as response:
            if optional and response.status_code == 404:
                return False
            if response.status_code == RANGE_NOT_SATISFIABLE:
                entry.discard_part()
                raise _TransientError("the file became shorter than the part fetched of it")
            _refuse(response, url)
            note = _receive(response, url, entry, start)
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as exc:
        raise _TransientError(f"the server could not be reached or broke off ({type(exc).__name__})") from exc
    _check(entry, note, url)
    entry.keep(note)
    return True


def _asking_for(start: int, known: Note | None) -> dict[str, str]:
    """Headers that ask for the rest, if the file is still the one that was begun; otherwise for all of it."""
    headers = {"Accept-Encoding": "identity"}
    if not start or known is None:
        return headers
    condition = {"If-Range": known.validator} if known.validator else {}
    return headers | {"Range": f"bytes={start}-"} | condition


def _refuse(response: requests.Response, url: str) -> None:
    status, kind = response.status_code, response.headers.get("Content-Type", KINDS[0])
    if status == 429 or status >= 500:
        wait_s = response.headers.get("Retry-After", "")
        raise _TransientError(
            f"the server answered {status} {response.reason}", float(wait_s) if wait_s.isdigit() else 0.0
        )
    if status not in (200, 206):
        raise FetchError(
            f"the server answered {status} {response.reason}", where=url, expected="a Census zip", fix=CHECK_ADDRESS
        )
    if not kind.startswith(KINDS):
        raise FetchError(f"the server sent {kind}", where=url, expected="application/zip", fix=CHECK_ADDRESS)


def _receive(response: requests.Response, url: str, entry: Entry, start: int) -> Note:
    """Writes what comes behind the part there is, or anew when the server sends everything."""
    at, total = _place(response)
    known = entry.begun(url)[1]
    if at and (at != start or (known and known.size not in (None, total))):
        entry.discard_part()
        raise _TransientError(f"the server sent another part than bytes {start:,} onwards")
    note = Note(url, _validator(response), total)
    if not at:
        entry.discard_part()
        entry.begin(note)
    size = at
    with entry.part.open("ab") as out:
        for piece in response.iter_content(PIECE):
            out.write(piece)
            size += len(piece)
            report(f"census: fetching {entry.path.name}", size, total, f"continued at {at:,}" if at else "")
    if total is not None and size < total:
        raise _TransientError(f"the server sent {size:,} of {total:,} bytes")
    return note


def _place(response: requests.Response) -> tuple[int, int | None]:
    """Where in the file the body starts, and the bytes of the whole file, or None where the server does not say."""
    if response.status_code == 206:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if found is None:
            raise _TransientError("the server sent a part without saying which")
        return int(found[1]), None if found[2] == "*" else int(found[2])
    given = response.headers.get("Content-Length", "")
    return 0, int(given) if given.isdigit() and "Content-Encoding" not in response.headers else None


def _validator(response: requests.Response) -> str:
    """A strong ETag, else the date of the file, else nothing."""
    etag = response.headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")


def _check(entry: Entry, note: Note, url: str) -> None:
    """Raises unless what was fetched is a whole, harmless zip; what is not is thrown away."""
    try:
        size = entry.part.stat().st_size
        if note.size is not None and size != note.size:
            raise InputError(f"it has {size:,} bytes instead of {note.size:,}")
        zips.verify(entry.part)
    except InputError as exc:
        entry.discard_part()
        raise FetchError(exc.what, where=url, expected="a whole Census zip", fix=CHECK_ADDRESS) from exc
