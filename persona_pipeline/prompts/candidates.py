"""Which sources a run's prompts come from."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from persona_pipeline.dropped import dropped_in
from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.prompts import hub
from persona_pipeline.prompts.sources import SOURCES, Given, Source
from persona_pipeline.schemas.prompt import CANDIDATES

EMBEDDED = "embedded"


@dataclass(frozen=True)
class Hub:
    """How the hub is reached: where files are kept, who asks, and another address than Hugging Face's."""

    cache: Path = Path("data/cache")
    token: str | None = None
    endpoint: str | None = None

    def __repr__(self) -> str:
        return f"Hub({self.cache!s}, {self.endpoint})"


def read_candidates(
    prism: str = "", prompts: str = "", given: Given | None = None, via: Hub | None = None
) -> pd.DataFrame:
    """Every prompt of what is named, in the columns of prompts.candidates; of nothing, the embedded ones.

    Args:
        prism: `embedded`; or the path of PRISM's conversations.jsonl; or `name:path` for any registered source. A path
            may be a file of a hub, `hub:owner/name@revision:file`.
        prompts: a table of prompts, such as a CSV file, or a folder of them; a file's ending says which source reads
            it. The embedded sample is left out then. A prompt that several files of a folder hold, by the same id and
            in the same words, is one.
        given: what is known of the table: its columns, licence, name.
    """
    given, via = given or Given(), via or Hub()
    parts = [_read_tables(prompts, given, via)] if prompts else []
    if not prompts or prism not in ("", EMBEDDED):
        parts.append(_read_named(prism or EMBEDDED, given, via))
    return CANDIDATES.conform(pd.concat(parts))


def _read_named(prism: str, given: Given, via: Hub) -> pd.DataFrame:
    name, _, path = prism.partition(":")
    source = SOURCES.get(name if name in SOURCES else "prism")
    located = _locate(path if name in SOURCES else prism, via)
    return source.read(replace(located, columns=given.columns, sql=given.sql))


def _read_tables(prompts: str, given: Given, via: Hub) -> pd.DataFrame:
    """One file's prompts; of a folder, those of all its files."""
    if not Path(prompts).is_dir():
        return _read_table(prompts, given, via)
    files = dropped_in(Path(prompts))
    if not files:
        raise InputError("the folder has no file", where=prompts, expected="at least one file of prompts")
    return pd.concat([_read_table(str(file), given, via) for file in files]).drop_duplicates("prompt_id")


def _read_table(prompts: str, given: Given, via: Hub) -> pd.DataFrame:
    located = _locate(prompts, via)
    source = _source_for(prompts)
    return source.read(replace(given, path=located.path, origin=located.origin))


def _source_for(prompts: str) -> Source:
    known = {suffix: source for _, source in SOURCES.items() for suffix in source.suffixes}
    suffix = Path(prompts).suffix.lower()
    if suffix not in known:
        raise ConfigError(
            f"the ending '{suffix}' says no format", where=prompts, expected=f"one of {', '.join(sorted(known))}"
        )
    return known[suffix]


def _locate(path: str, via: Hub) -> Given:
    """The file, on this machine afterwards."""
    if not path.startswith(hub.PREFIX):
        return Given(Path(path) if path else None)
    found = hub.fetch(hub.HubFile.parse(path), cache=via.cache, token=via.token, endpoint=via.endpoint)
    return Given(found.path, found.origin)
