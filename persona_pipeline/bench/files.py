"""The rows of a .jsonl or .csv file that somebody gave, and where they come from."""

import hashlib
from pathlib import Path

from persona_pipeline.errors import InputError
from persona_pipeline.records import Record, csv_records, jsonl_records

READERS = {".jsonl": jsonl_records, ".csv": csv_records}


def read_records(file: Path, expected: str) -> tuple[list[Record], str]:
    """A file's rows, the place of each with the file's name, and its provenance: name and sha256.

    Args:
        expected: what its rows should have, for messages.
    """
    if file.suffix not in READERS:
        raise InputError(f"'{file.suffix}' is no known ending", where=str(file), expected=" or ".join(READERS))
    try:
        content = file.read_bytes()
    except OSError as exc:
        raise InputError(f"it cannot be read: {exc.strerror}", where=str(file), expected=expected) from exc
    rows = READERS[file.suffix](file, content, f"UTF-8 with {expected}")
    records = [Record(f"{file} {row.place}", row.values) for row in rows]
    if not records:
        raise InputError("the file has no rows", where=str(file), expected=expected)
    return records, f"{file.name} sha256:{hashlib.sha256(content).hexdigest()}"
