"""One JSON object a line; `columns` says which field is what."""

import pandas as pd

from persona_pipeline.prompts.files import content_of
from persona_pipeline.prompts.sources import NOT_STATED, SOURCES, Given, Source
from persona_pipeline.prompts.tables import candidates_from
from persona_pipeline.records import jsonl_records

NAME = "jsonl"
EXPECTED = "one JSON object a line, in UTF-8"
EXAMPLE = '{"id": "1", "text": "Which of my two aunts is in the right?"}\n'


def read(given: Given) -> pd.DataFrame:
    path = given.file(NAME, EXPECTED)
    content = content_of(path, EXPECTED)
    return candidates_from(jsonl_records(path, content, EXPECTED), content, given, NAME)


SOURCES.register(NAME, Source(NAME, NOT_STATED, read, EXAMPLE, suffixes=(".jsonl", ".ndjson")))
