"""Where prompts come from: one source a file, each registering itself."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from persona_pipeline.registry import Registry, import_all


@dataclass(frozen=True)
class Source:
    """A place prompts come from.

    Args:
        licence: of the texts, as every candidate carries it.
        read: the candidates, in the columns of prompts.candidates, from the file given; None for a source that brings
            its own. Raises InputError for a file that cannot be used, ConfigError for a path too many or too few.
        example: a whole, small file of this source; None for a source that brings its own.
    """

    name: str
    licence: str
    read: Callable[[Path | None], pd.DataFrame]
    example: str | None = None


SOURCES: Registry[Source] = Registry("prompt source", "persona_pipeline/prompts/sources/")

import_all(sys.modules[__name__])
