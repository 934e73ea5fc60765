"""The SQL of an export, and the personas' texts that it joins."""

import pandas as pd

from persona_pipeline.export.formats import FileType, Format, says
from persona_pipeline.export.splits import SPLIT_SQL
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS
from persona_pipeline.schemas.render import as_lines, as_prose
from persona_pipeline.schemas.staged import quoted

SYSTEM = "You are talking with this person. Answer as it suits them, without mentioning what you know of them."
FORMULA = r"^[=+\-@\t\r\n]"
"""How a cell starts that a spreadsheet would calculate."""


def persona_texts(personas: pd.DataFrame, *, prose: bool = False) -> pd.DataFrame:
    """One row per persona: persona_id and its text, as key: value lines or as prose."""
    render = as_prose if prose else as_lines
    rows = personas.to_dict("records")
    return pd.DataFrame(
        {"persona_id": [row["persona_id"] for row in rows], "persona": [render(row) for row in rows]}, dtype=object
    )


def export_query(form: Format, *, split: str, with_persona: bool) -> str:
    """The rows of a split in a format, in the order of pair ids.

    It reads feedback.preference_pairs and `persona_texts`, as persona_texts() gives them.

    Args:
        with_persona: whether conversations begin with the persona as a system message.
    """
    system = says("system", f"'{SYSTEM}\n\n' || persona") + " || " if with_persona else ""
    pairs = (
        f"SELECT *, {SPLIT_SQL} AS split, {system}{says('user', 'prompt')} AS prompt_messages "
        f"FROM {PREFERENCE_PAIRS.path} JOIN persona_texts USING (persona_id)"
    )
    return (
        f"WITH pairs AS ({pairs}) SELECT {form.select} FROM {form.source} WHERE split = '{split}' ORDER BY {form.order}"
    )


def harmless(query: str, columns: list[str], file_type: FileType) -> str:
    """The query with every text that a spreadsheet would take for a formula behind an apostrophe, in a CSV file."""
    if file_type != "csv":
        return query
    cells = ", ".join(
        f"CASE WHEN regexp_matches({quoted(name)}, '{FORMULA}') THEN '''' || {quoted(name)} ELSE {quoted(name)} END "
        f"AS {quoted(name)}"
        for name in columns
    )
    return f"SELECT {cells} FROM ({query})"
