import json

import numpy as np
import pandas as pd

from persona_pipeline.assets.gated import _cell


def test_a_cell_of_any_column_becomes_a_plain_python_value() -> None:
    # Dagster refuses numpy's numbers, and np.float64 is an instance of float
    cells = [_cell(value) for value in (np.float64(0.5), 3, True, "text", None, pd.NA, float("nan"))]
    assert cells == [0.5, 3, True, "text", None, None, None]
    assert [type(cell) for cell in cells[:3]] == [float, int, bool]
    assert json.dumps(cells)
