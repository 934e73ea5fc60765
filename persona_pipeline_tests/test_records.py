"""Rows of text files: each at its place, and what is wrong with one named there."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.bench.files import read_records
from persona_pipeline.errors import InputError
from persona_pipeline.records import csv_records, jsonl_records
from persona_pipeline.study.submitted import json_records

PATH = Path("rows.txt")
# a lone surrogate has no UTF-8; a NUL, no CSV
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def found(content: bytes, delimiter: str = ",") -> list[tuple[str, dict[str, str]]]:
    rows = csv_records(PATH, content, "a table", delimiter=delimiter)
    return [(row.place, dict(row.values)) for row in rows]


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_whatever_was_written_as_csv_is_read(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *rows])
    assert [tuple(row.values()) for _, row in found(out.getvalue().encode())] == rows


@given(st.lists(st.dictionaries(TEXTS, TEXTS | st.none() | st.integers()), max_size=5))
def test_whatever_was_written_as_json_lines_is_read(rows: list[dict[str, object]]) -> None:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    assert [row.values for row in jsonl_records(PATH, content, "objects")] == rows


def test_a_record_stands_at_the_line_it_begins_on():
    assert found(b'a,b\n1,"x\ny"\n\n2,z\n') == [("line 2", {"a": "1", "b": "x\ny"}), ("line 5", {"a": "2", "b": "z"})]
    assert found(b"a\tb\n1\tx,y\n", "\t") == [("line 2", {"a": "1", "b": "x,y"})]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_answers_whose_text_was_not_quoted_or_is_cut_are_refused_at_their_line(tmp_path, suffix):
    path = tmp_path / f"answers{suffix}"
    path.write_bytes({".csv": b"item_id,text\ni1,Yes, but no\n", ".jsonl": b'{"item_id": "i1"}\n{"item_id"'}[suffix])
    says = {".csv": "line 2: the row has 3 values", ".jsonl": "line 2: the line is not valid JSON"}[suffix]
    with pytest.raises(InputError, match=says):
        read_records(path, "item_id and text")


def test_a_line_of_json_may_hold_a_line_separator(tmp_path):
    path = tmp_path / "ratings.jsonl"
    path.write_text('{"explanation": "one\u2028two"}\n', "utf-8")
    assert json_records(path) == [{"explanation": "one\u2028two"}]
