"""A table as comma-separated values, UTF-8, with a heading; `columns` says what is in which column."""

import pandas as pd

from persona_pipeline.prompts.files import content_of
from persona_pipeline.prompts.sources import NOT_STATED, SOURCES, Given, Source
from persona_pipeline.prompts.tables import candidates_from
from persona_pipeline.records import csv_records

NAME = "csv"
EXPECTED = "a CSV file in UTF-8 whose first line names its columns"
EXAMPLE = 'id,text\n1,"Which of my two aunts, if any, is in the right?"\n'


def read(given: Given) -> pd.DataFrame:
    path = given.file(NAME, EXPECTED)
    content = content_of(path, EXPECTED)
    return candidates_from(csv_records(path, content, EXPECTED), content, given, NAME)


SOURCES.register(NAME, Source(NAME, NOT_STATED, read, EXAMPLE, suffixes=(".csv",)))
