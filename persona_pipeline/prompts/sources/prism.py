"""PRISM (Kirk et al. 2024): what people of many countries opened a conversation with."""

from pathlib import Path

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.prompts.conversations import EXPECTED, read_conversations
from persona_pipeline.prompts.sources import SOURCES, Source

NAME = "prism"
LICENCE = "CC-BY-4.0 (human-written text)"
EXAMPLE = '{"conversation_id": "c0", "user_id": "user0", "opening_prompt": "Which of my two aunts is in the right?"}\n'


def read(path: Path | None) -> pd.DataFrame:
    """The opening prompt of every conversation in PRISM's conversations.jsonl."""
    if path is None:
        raise ConfigError("no file is given", where="the prompt source prism", expected=f"the path of {EXPECTED}")
    return read_conversations(path, source=NAME, licence=LICENCE)


SOURCES.register(NAME, Source(NAME, LICENCE, read, EXAMPLE))
