"""One JSON object a line; `columns` says which field is what."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from persona_pipeline.errors import InputError
from persona_pipeline.prompts.files import Record, content_of, lines_of
from persona_pipeline.prompts.sources import NOT_STATED, SOURCES, Given, Source
from persona_pipeline.prompts.tables import candidates_from

NAME = "jsonl"
EXPECTED = "one JSON object a line, in UTF-8"
EXAMPLE = '{"id": "1", "text": "Which of my two aunts is in the right?"}\n'


def read(given: Given) -> pd.DataFrame:
    path = given.file(NAME, EXPECTED)
    content = content_of(path, EXPECTED)
    return candidates_from(_records(content, str(path)), content, given, NAME)


def _records(content: bytes, path: str) -> Iterator[Record]:
    for number, line in lines_of(content):
        yield Record(f"line {number}", _object(line, f"{path} line {number}"))


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise InputError(f"the line is not UTF-8: {exc.reason}", where=where, expected=EXPECTED) from exc
    except (ValueError, RecursionError) as exc:
        raise InputError(f"the line is not valid JSON ({exc})", where=where, expected=EXPECTED) from exc
    if not isinstance(found, dict):
        raise InputError("the line is JSON but not an object", where=where, expected=EXPECTED)
    return found


SOURCES.register(NAME, Source(NAME, NOT_STATED, read, EXAMPLE, suffixes=(".jsonl", ".ndjson")))
