"""Export formats; one file each, found by itself."""

import sys
from dataclasses import dataclass
from typing import Literal

from persona_pipeline.registry import Registry, import_all

FileType = Literal["parquet", "jsonl", "csv"]


@dataclass(frozen=True)
class Format:
    """How a pair is written.

    Args:
        select: what SELECT takes from `pairs`: the columns of feedback.preference_pairs, with `prompt_messages` (a
            list of role and content: the persona as system message, if it is wanted, and the question), `persona` (the
            persona as text) and `split`.
        description: what reads it, for people.
        source: what it is taken from, where that is not `pairs` itself.
        order: by which columns rows stand, so that they always stand the same.
        rows_per_pair: how many rows a pair gives.
        file_types: what it can be written as; the first one by default.
    """

    select: str
    description: str
    source: str = "pairs"
    order: str = "pair_id"
    rows_per_pair: int = 1
    file_types: tuple[FileType, ...] = ("jsonl", "parquet")


FORMATS: Registry[Format] = Registry("export format", "persona_pipeline/export/formats/")

IDS = "pair_id, persona_id, prompt_id, persona_split, question_type, data AS use, model, simulated"
"""What every row carries besides what the trainer reads."""


def says(role: str, column: str) -> str:
    """A list of one message, in SQL."""
    return f"[{{'role': '{role}', 'content': {column}}}]"


import_all(sys.modules[__name__])
