"""Ratings as other tools export them, one tool a file; a new file here is a new value of `--from`."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from persona_pipeline.registry import Registry, import_all
from persona_pipeline.study.submitted import Submitted

Columns = Mapping[str, str]


@dataclass(frozen=True)
class Importer:
    """A tool's export.

    Args:
        description: what it reads, in a sentence.
        read: the ratings of a file; the columns say what a table's columns are called, where there are any.
        example: a small whole file of this tool, for the tests: rater 1 chooses A, rater 2 chooses B of item-1.
    """

    name: str
    description: str
    read: Callable[[Path, Columns], list[Submitted]]
    example: bytes


IMPORTERS: Registry[Importer] = Registry("importer of ratings", "persona_pipeline/study/importers/")

import_all(sys.modules[__name__])
