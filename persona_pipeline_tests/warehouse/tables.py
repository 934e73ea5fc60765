"""A small table of its own, so that these tests say what they need."""

import pandas as pd

from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import Table


class Letter(Row):
    letter_id: str = column("The letter's id.")
    weight: int | None = column("How heavy it is.", unit="grams", at_least=0)
    text: str | None = column("What it says; its author's words.")


LETTERS = Table("post", "letters", columns_of(Letter), ("letter_id",), "Letters that people's aunts wrote.")


def letters(count: int, text: str = "dear niece") -> pd.DataFrame:
    return LETTERS.frame({"letter_id": f"l{i}", "weight": i, "text": text} for i in range(count))
