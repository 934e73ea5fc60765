"""Which source a run's prompts come from."""

from pathlib import Path

import pandas as pd

from persona_pipeline.prompts.sources import SOURCES


def read_candidates(prism: str) -> pd.DataFrame:
    """Every prompt of a source, in the columns of prompts.candidates.

    Args:
        prism: `embedded`; or the path of PRISM's conversations.jsonl; or `name:path` for any registered source.
    """
    name, _, path = prism.partition(":")
    if name in SOURCES:
        return SOURCES.get(name).read(Path(path) if path else None)
    return SOURCES.get("prism").read(Path(prism))
