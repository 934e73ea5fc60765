"""Where prompts come from: one source a file, each registering itself."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.registry import Registry, import_all
from persona_pipeline.schemas.staged import Sql

NOT_STATED = "not stated"


@dataclass(frozen=True)
class Given:
    """What a run says about a source; each source takes what it needs.

    Args:
        path: the file; None for a source that brings its own.
        origin: where the file was fetched from, where that is not the path: repository, commit and file of a hub.
        columns: for tables: which column of the file holds `text`, `id`, `user_id`, `licence`, `conversation_type`,
            `language`; `text` and `id` by these names where nothing is said.
        name: what the candidates' `source` says; empty: the source's own name.
        licence, conversation_type, language: of every prompt whose row does not say; empty: not stated.
        sql: an engine, for formats that need one.
    """

    path: Path | None = None
    origin: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    licence: str = ""
    conversation_type: str = ""
    language: str = ""
    sql: Sql | None = field(default=None, repr=False)

    def file(self, source: str, expected: str) -> Path:
        """The path; without one, ConfigError says what was expected."""
        if self.path is None:
            raise ConfigError("no file is given", where=f"the prompt source {source}", expected=expected)
        return self.path


@dataclass(frozen=True)
class Source:
    """A place prompts come from.

    Args:
        licence: of the texts, as every candidate carries it where a run says nothing else.
        read: the candidates, in the columns of prompts.candidates, from what a run gives. Raises InputError for a file
            that cannot be used, ConfigError for a path too many or too few.
        suffixes: endings of files that this source reads where no source is named.
        example: a whole, small file of this source; None for a source that brings its own.
    """

    name: str
    licence: str
    read: Callable[[Given], pd.DataFrame]
    example: str | bytes | None = None
    suffixes: tuple[str, ...] = ()


SOURCES: Registry[Source] = Registry("prompt source", "persona_pipeline/prompts/sources/")

import_all(sys.modules[__name__])
