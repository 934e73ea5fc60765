"""What is particular to each tool's layout."""

import json
from pathlib import Path

import pytest

from persona_pipeline.errors import InputError
from persona_pipeline.study.app import answers, exports, raters
from persona_pipeline.study.app.answers import Given
from persona_pipeline.study.app.raters import Arrival
from persona_pipeline.study.importers import IMPORTERS
from persona_pipeline.study.submitted import Submitted, rater_of
from persona_pipeline_tests.study.served import made


def read(name: str, path: Path, content: str, **columns: str) -> list[Submitted]:
    path.write_text(content, "utf-8")
    return IMPORTERS.get(name).read(path, columns)


def test_a_table_is_read_under_the_names_that_are_given(tmp_path):
    content = "worker\ttask\tpick\nw1\titem-1\tLeft\nw2\titem-1\tneither\n"
    found = read("table", tmp_path / "t.tsv", content, rater="worker", item="task", choice="pick")
    assert [(rating.choice, rating.participant) for rating in found] == [("A", "w1"), (None, "w2")]
    with pytest.raises(InputError, match=r"no column 'rater_id'.*found: worker, task, pick.*--column"):
        read("table", tmp_path / "t.tsv", content)


def test_label_studio_gives_skipped_tasks_as_such_and_refuses_its_minimal_layout(tmp_path):
    skipped = {"data": {"item_id": "i"}, "annotations": [{"completed_by": 3, "was_cancelled": True, "result": []}]}
    (found,) = read("label_studio", tmp_path / "t.json", json.dumps([skipped]))
    assert (found.status, found.choice) == ("skipped", None)
    assert found.rater_id == rater_of("label_studio", 3)
    with pytest.raises(InputError, match="record 1 has no annotations"):
        read("label_studio", tmp_path / "t.json", '[{"item_id": "i", "choice": "A"}]')


def test_argilla_is_read_in_both_of_its_layouts(tmp_path):
    nested = {
        "metadata": {"item_id": "item-1"},
        "responses": {
            "choice": [{"value": "A", "user_id": "u-1"}, {"value": "B", "user_id": "u-2", "status": "draft"}],
            "reason": [{"value": "Short.", "user_id": "u-1"}],
        },
    }
    found = read("argilla", tmp_path / "t.json", json.dumps([nested]))
    assert [(rating.item_id, rating.choice, rating.explanation, rating.status) for rating in found] == [
        ("item-1", "A", "Short.", "submitted"),
        ("item-1", "B", None, "draft"),
    ]
    flat = read("argilla", tmp_path / "t.jsonl", IMPORTERS.get("argilla").example.decode())
    assert [rating.rater_id for rating in flat] == [rating.rater_id for rating in found]


def test_the_web_apps_file_and_its_exports_give_the_same_ratings(tmp_path):
    store, tokens = made(tmp_path / "s.sqlite")
    with store.changing() as db:
        rater = raters.by_token(db, tokens[0])
        assert rater is not None
        raters.arrive(db, rater, Arrival("pid-1", "study", "submission-1"), 1.0)
        raters.consent(db, rater, "terms", 1.0)
        rater = raters.by_number(db, rater.rater)
        answers.show(db, rater, 1, 10.0)
        answers.submit(db, rater, 1, Given("A", "=first", 0, None), 30.0)
        answers.submit(db, rater, 1, Given("B", "=1+1, they like\nbread", 1, None), 40.0)
        exported = exports.ratings(db)
    store.close()
    (found,) = IMPORTERS.get("study_store").read(store.path, {})
    expected = ("persona-1-item-1", "B", "=1+1, they like\nbread", 30.0, "submission-1", "ACTIVE")
    assert (
        found.item_id,
        found.choice,
        found.explanation,
        found.seconds,
        found.submission_id,
        found.status,
    ) == expected
    assert (found.rater_id, found.participant) == (rater.rater_id, "pid-1")
    for name, content in (("e.csv", exports.as_csv(exported)), ("e.jsonl", exports.as_jsonl(exported))):
        (again,) = read("table", tmp_path / name, content)
        assert {**vars(again), "participant": "pid-1"} == vars(found)
