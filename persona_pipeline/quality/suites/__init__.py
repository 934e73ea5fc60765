"""Rules that no single column states, one file per table; a new file registers itself."""

import sys
from collections.abc import Callable

import pandas as pd

from persona_pipeline.quality.rules import Rule
from persona_pipeline.registry import Registry, import_all
from persona_pipeline.schemas.tables import Table

Suite = Callable[[pd.DataFrame | None], list[Rule]]
SUITES: Registry[Suite] = Registry("suite", "persona_pipeline/quality/suites/")


def suite_of(table: Table, frame: pd.DataFrame | None) -> list[Rule]:
    """The rules of a table's suite for a candidate; without a suite, none."""
    return SUITES.get(table.path)(frame) if table.path in SUITES else []


import_all(sys.modules[__name__])
