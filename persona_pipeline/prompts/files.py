"""Reading files of prompts: their content, their lines, and where each record stands."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_pipeline.errors import InputError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Record:
    """One row of a file.

    Args:
        place: where it stands, as messages say it ("line 7").
    """

    place: str
    values: Mapping[str, Any]


def content_of(path: Path, expected: str) -> bytes:
    """The whole file; InputError where it cannot be read or has nothing in it."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise InputError(
            f"the prompts cannot be read: {exc.strerror}",
            where=str(path),
            expected=expected,
            fix="Check the path, or use 'embedded' for the sample that comes with the package.",
        ) from exc
    if not content.removeprefix(BYTE_ORDER_MARK).strip():
        raise InputError("the file is empty", where=str(path), expected=expected, fix="Fetch it again.")
    return content


def lines_of(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, counted from 1; only a line feed ends one, as JSON text may hold other breaks."""
    lines = content.removeprefix(BYTE_ORDER_MARK).split(b"\n")
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def provenance(path: Path, content: bytes, origin: str = "") -> str:
    """Where a file's prompts come from: where it was fetched or its name, and the sha256 of its content."""
    return f"{origin or path.name} sha256:{hashlib.sha256(content).hexdigest()}"


def not_text(path: Path, content: bytes, exc: UnicodeDecodeError, expected: str) -> InputError:
    """The error for a file that is not UTF-8, with the line that is not."""
    line = content.count(b"\n", 0, exc.start) + 1
    return InputError(f"the text is not UTF-8: {exc.reason}", where=f"{path} line {line}", expected=expected)
