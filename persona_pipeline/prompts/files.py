"""Reading files of prompts: their content, and where it comes from."""

import hashlib
from pathlib import Path

from persona_pipeline.errors import InputError
from persona_pipeline.records import BYTE_ORDER_MARK


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


def provenance(path: Path, content: bytes, origin: str = "") -> str:
    """Where a file's prompts come from: where it was fetched or its name, and the sha256 of its content."""
    return f"{origin or path.name} sha256:{hashlib.sha256(content).hexdigest()}"
