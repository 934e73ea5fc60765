"""PRISM (Kirk et al. 2024): what people of many countries opened a conversation with."""

import pandas as pd

from persona_pipeline.prompts.conversations import EXPECTED, read_conversations
from persona_pipeline.prompts.sources import SOURCES, Given, Source

NAME = "prism"
LICENCE = "CC-BY-4.0 (human-written text)"
EXAMPLE = '{"conversation_id": "c0", "user_id": "user0", "opening_prompt": "Which of my two aunts is in the right?"}\n'


def read(given: Given) -> pd.DataFrame:
    """The opening prompt of every conversation in PRISM's conversations.jsonl."""
    path = given.file(NAME, f"the path of {EXPECTED}")
    return read_conversations(path, source=given.name or NAME, licence=given.licence or LICENCE, origin=given.origin)


SOURCES.register(NAME, Source(NAME, LICENCE, read, EXAMPLE))
