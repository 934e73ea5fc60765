"""Prompts from tables of one's own: what is read, and where one is pointed when something is wrong."""

import json
from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.prompts.candidates import read_candidates
from persona_pipeline.prompts.sources import Given
from persona_pipeline.warehouse.staging import staging

COLUMNS = {"text": "question", "id": "key", "licence": "rights", "conversation_type": "kind", "language": "lang"}
ROWS = [
    {"key": "q1", "question": 'Is it late,\nor "early"?', "rights": "CC0-1.0", "kind": "values", "lang": "en"},
    {"key": "q2", "question": "¿Es tarde?", "rights": "", "kind": "", "lang": "es"},
]


def as_csv(path: Path) -> Path:
    pd.DataFrame(ROWS).to_csv(path, index=False)
    return path


def as_jsonl(path: Path) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in ROWS), "utf-8")
    return path


def as_parquet(path: Path) -> Path:
    with staging() as sql:
        source = as_csv(path.with_suffix(".csv"))
        sql.run(f"COPY (FROM read_csv('{source}')) TO '{path}'")
    return path


def read(path: Path, **given: object) -> pd.DataFrame:
    with staging() as sql:
        return read_candidates(prompts=str(path), given=Given(sql=sql, **given))


def refused(path: Path, **given: object) -> str:
    with pytest.raises((InputError, ConfigError)) as raised:
        read(path, **given)
    return str(raised.value)


@pytest.mark.parametrize("write", [as_csv, as_jsonl, as_parquet])
def test_every_format_gives_the_same_prompts_with_what_their_rows_say(tmp_path, write):
    path = write(tmp_path / f"own.{write.__name__.removeprefix('as_')}")
    found = read(path, columns=COLUMNS, name="own", licence="Apache-2.0", conversation_type="unguided")
    assert found["text"].tolist() == ['Is it late,\nor "early"?', "¿Es tarde?"]
    assert found["source_id"].tolist() == ["q1", "q2"]
    assert found["licence"].tolist() == ["CC0-1.0", "Apache-2.0"]  # the run's where the row does not say
    assert found["conversation_type"].tolist() == ["values", "unguided"]
    assert found["language"].tolist() == ["en", "es"]
    assert set(found["source"]) == {"own"}
    assert found["provenance"].str.startswith(f"{path.name} sha256:").all()


def test_without_a_word_the_columns_are_text_and_id_and_the_licence_is_not_stated(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("id,text\n7,Is it late?\n")
    (row,) = read(path).to_dict("records")
    assert (row["source"], row["source_id"], row["licence"], row["language"]) == ("csv", "7", "not stated", None)


def test_without_ids_a_prompts_own_id_comes_from_its_text(tmp_path):
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    texts = [json.dumps({"text": text}) for text in ("Is it late?", "Why?", "Is it late?")]
    one.write_text("\n".join(texts))
    other.write_text("\n".join(texts[::-1]))
    ids = read(one)["prompt_id"]
    assert ids.is_unique
    assert set(ids) == set(read(other)["prompt_id"])


def test_prompts_of_ones_own_and_prism_can_be_read_together(tmp_path):
    own, prism = tmp_path / "own.csv", tmp_path / "conversations.jsonl"
    own.write_text("text\nIs it late?\n")
    prism.write_text('{"conversation_id": "c1", "opening_prompt": "Is it late?"}')
    assert read_candidates(str(prism), str(own))["source"].tolist() == ["csv", "prism"]
    assert read_candidates("embedded", str(own))["source"].tolist() == ["csv"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.csv",
            b"id,question\n1,Why?\n",
            "line 2: there is no column text for text; expected one of the",
        ),
        ("a.csv", b"id,text\n1,Why?\n2\n", "line 3: the row has 1 values; expected 2, one for each of id, text"),
        ("a.csv", b"id,text\n1,Why, then?\n", "line 2: the row has 3 values"),
        ("a.csv", b"text,text\nWhy?,no\n", "line 1: the heading names text twice"),
        ("a.csv", b'id,text\n1,"Why\n\n', "line 2: the row is no CSV: unexpected end of data"),
        ("a.csv", b"id,text\n1,caf\xe9?\n", "line 2: the text is not UTF-8"),
        ("a.csv", b"id,text\n1,\n", "line 2, column text: there is no text; expected the prompt"),
        ("a.csv", b"id,text\n,Why?\n", "line 2, column id: the id is empty"),
        ("a.csv", b'id,text\n1,"Why\nso?"\n1,When?\n', "line 4, column id: the id '1' is already on line 2"),
        ("a.csv", b"id,text\n", "the file has no row"),
        ("a.csv", b" \n", "the file is empty"),
        (
            "a.jsonl",
            b'{"text": "Why?"}\n{"text": ["When?"]}\n',
            "line 2, column text: the value is ['When?']",
        ),
        ("a.jsonl", b'{"text": "Why?"}\n["When?"]\n', "line 2: the line is JSON but not an object"),
        ("a.jsonl", b'{"text": "Why?"\n', "line 1: the line is not valid JSON (Expecting"),
        ("a.jsonl", b'{"text": true}', "line 1, column text: the value is True"),
        ("a.jsonl", b'{"text": "\\ud800"}', "line 1, column text: the value has half a character"),
        ("a.parquet", b"PAR1 but no more", "the file is no Parquet: "),
        ("a.txt", b"Why?", "the ending '.txt' says no format; expected one of .csv, .jsonl, .ndjson, .parquet"),
    ],
)
def test_what_cannot_be_used_is_named_with_file_row_and_column(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    message = refused(path)
    assert str(path) in message
    assert says in message


def test_a_parquet_file_names_row_and_column_too(tmp_path):
    path = tmp_path / "a.parquet"
    with staging() as sql:
        sql.run(f"COPY (SELECT * FROM (VALUES ('1', 'Why?'), ('2', NULL)) AS t(id, text)) TO '{path}'")
    assert f"{path} row 2, column text: there is no text" in refused(path)
    assert "there is no column question for text" in refused(path, columns={"text": "question"})


def test_a_meaning_that_there_is_not_is_refused(tmp_path):
    assert "there is no title; expected one of text, id" in refused(as_csv(tmp_path / "a.csv"), columns={"title": "x"})


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "No such file" in refused(tmp_path / "nowhere.csv")
