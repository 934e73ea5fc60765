"""The sample that comes with the package: prompts written for this project, not PRISM's."""

from importlib import resources

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.prompts.conversations import read_conversations
from persona_pipeline.prompts.sources import SOURCES, Given, Source

NAME = "embedded"
LICENCE = "Apache-2.0"


def read(given: Given) -> pd.DataFrame:
    """The embedded prompts; their `controversial` label is left for evaluations and not read here."""
    if given.path is not None:
        raise ConfigError(
            f"the file {given.path} is given",
            where="the prompt source embedded",
            expected="no file: it brings its own",
            fix="Give the path alone to read a file in PRISM's schema.",
        )
    with resources.as_file(resources.files("persona_pipeline.prompts.embedded") / "prompts.jsonl") as own:
        return read_conversations(own, source=NAME, licence=LICENCE)


SOURCES.register(NAME, Source(NAME, LICENCE, read))
