"""Fetching of one zip from a web server: into the cache, whole or not at all."""

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import requests

from persona_pipeline.census import zips
from persona_pipeline.errors import FetchError, InputError
from persona_pipeline.progress import report

ATTEMPTS = 4
FIRST_WAIT_S = 0.5  # doubled after each attempt
TIMEOUT_S = (10, 60)  # to connect; between two pieces
PIECE = 1 << 20
KINDS = ("application/", "binary/")  # content types that a zip comes with; a page of text is an error page
CHECK_ADDRESS = "Check the address: it is the folder that holds csv_p<state>.zip."


class _TransientError(Exception):
    """Worth another attempt: the server was busy, or the connection broke."""


def fetch(
    base: str, name: str, cache: Path, *, optional: bool = False, wait: Callable[[float], None] = time.sleep
) -> Path | None:
    """The file `base`/`name` in the cache, fetched unless it is there.

    Args:
        optional: give None instead of raising when the server has no such file.
        wait: what passes the seconds between attempts.

    Raises FetchError when the server cannot be reached, refuses, or sends something else than a whole zip.
    """
    url = f"{base.rstrip('/')}/{name}"
    target = cache / re.sub(r"[^A-Za-z0-9.-]+", "_", base.rstrip("/")) / name
    if target.exists():
        return target
    for attempt in range(ATTEMPTS):
        try:
            return _fetch_once(url, target, optional)
        except _TransientError as exc:
            problem = exc
            if attempt + 1 < ATTEMPTS:
                wait(FIRST_WAIT_S * 2**attempt)
    raise FetchError(
        f"{problem}, {ATTEMPTS} times",
        where=url,
        expected="a Census zip",
        fix="Try again later; what was fetched already is kept. " + CHECK_ADDRESS,
    ) from problem


def _fetch_once(url: str, target: Path, optional: bool) -> Path | None:
    try:
        with requests.get(url, stream=True, timeout=TIMEOUT_S) as response:
            if optional and response.status_code == 404:
                return None
            _refuse(response, url)
            return _store(response, url, target)
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as exc:
        raise _TransientError(f"the server could not be reached or broke off ({type(exc).__name__})") from exc
    except requests.RequestException as exc:
        raise FetchError(f"the address cannot be used ({exc})", where=url, fix=CHECK_ADDRESS) from exc


def _refuse(response: requests.Response, url: str) -> None:
    status, kind = response.status_code, response.headers.get("Content-Type", KINDS[0])
    if status == 429 or status >= 500:
        raise _TransientError(f"the server answered {status} {response.reason}")
    if status != 200:
        raise FetchError(
            f"the server answered {status} {response.reason}", where=url, expected="a Census zip", fix=CHECK_ADDRESS
        )
    if not kind.startswith(KINDS):
        raise FetchError(f"the server sent {kind}", where=url, expected="application/zip", fix=CHECK_ADDRESS)


def _store(response: requests.Response, url: str, target: Path) -> Path:
    """Writes the body beside the target, checks it, and moves it there."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        size = _write(response, part, target.name)
        _check_whole(response, size)
        zips.verify(part)
        part.replace(target)
    except InputError as exc:
        raise FetchError(exc.what, where=url, expected="a whole Census zip", fix=CHECK_ADDRESS) from exc
    except requests.RequestException:
        raise
    except OSError as exc:
        raise FetchError(
            f"it cannot be stored: {exc.strerror or exc}",
            where=str(target),
            fix="Free some space or choose another cache folder.",
        ) from exc
    finally:
        with suppress(OSError):
            part.unlink()
    return target


def _write(response: requests.Response, part: Path, name: str) -> int:
    total = _length(response)
    size = 0
    with part.open("wb") as out:
        for piece in response.iter_content(PIECE):
            out.write(piece)
            size += len(piece)
            report(f"census: fetching {name}", size, total)
    return size


def _check_whole(response: requests.Response, size: int) -> None:
    total = _length(response)
    if total is not None and size != total:
        raise _TransientError(f"the server sent {size:,} of {total:,} bytes")


def _length(response: requests.Response) -> int | None:
    """Bytes announced, or None where that is unknown or counts a compressed transfer."""
    given = response.headers.get("Content-Length", "")
    return int(given) if given.isdigit() and "Content-Encoding" not in response.headers else None
