import json

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.census.not_applicable import as_json

REASON = st.one_of(st.none(), st.sampled_from(["N/A (under 5)", "not in this file", 'a "quoted" – reason']))


def test_a_row_without_reasons_is_an_empty_object():
    assert as_json(pd.DataFrame({"income": [None, "too young"]})).tolist() == ["{}", '{"income": "too young"}']


def test_no_rows_give_no_rows():
    assert as_json(pd.DataFrame({"income": []})).tolist() == []


@given(rows=st.lists(st.tuples(REASON, REASON, REASON), max_size=20))
def test_each_row_says_what_row_by_row_work_would(rows):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], dtype=object)
    slow = [{name: why for name, why in zip("abc", row, strict=True) if why is not None} for row in rows]
    assert [json.loads(text) for text in as_json(frame)] == slow
