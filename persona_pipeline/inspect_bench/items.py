"""The benchmark's items, as a warehouse has them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from persona_pipeline.bench.answers import Case
from persona_pipeline.bench.design import design_hash
from persona_pipeline.schemas.bench import DESIGN
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.warehouse import WarehouseFile


@dataclass(frozen=True)
class Items:
    """Tables of a warehouse.

    Args:
        design: as bench.design, in its order.
        personas, prompts: by id, with the id as a column as well.
    """

    design: pd.DataFrame
    personas: pd.DataFrame
    prompts: pd.DataFrame

    @property
    def hash(self) -> str:
        return design_hash(self.design)

    @property
    def seed(self) -> int:
        return int(self.design["seed"].iloc[0])

    def question(self, prompt_id: str) -> str:
        return str(self.prompts.loc[prompt_id, "text"])

    def behind(self, case: Case) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The persona and the prompt of a case, a row each."""
        return self.personas.loc[[case.persona_id]], self.prompts.loc[[case.prompt_id]]


@lru_cache(maxsize=4)
def read_items(database: str, count: int = 0) -> Items:
    """The first items of the design, or all of them.

    Args:
        count: 0: all.
    """
    read = WarehouseFile(Path(database)).read
    design = read(DESIGN).sort_values("position")
    some = design.head(count) if count else design
    return Items(some, _by(read(PERSONAS), "persona_id"), _by(read(PROMPTS), "prompt_id"))


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as a log can keep them: null is None."""
    values = frame.astype(object)
    return [dict(row) for row in values.where(values.notna(), None).to_dict("records")]


def _by(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.set_index(column, drop=False)
