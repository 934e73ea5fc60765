"""What counts as a file that somebody dropped into a folder, and that prompts and ratings are read from all of them."""

import pytest

from persona_pipeline.assets.study import HandedIn, _handed_in
from persona_pipeline.dropped import dropped_in
from persona_pipeline.errors import InputError
from persona_pipeline.prompts.candidates import read_candidates


def test_files_of_a_folder_come_by_name_without_hidden_and_unfinished_ones_and_a_file_is_itself(tmp_path):
    for name in ("b.csv", "a.csv", ".hidden", "c.csv.part", "d.csv~"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder").mkdir()
    assert [path.name for path in dropped_in(tmp_path)] == ["a.csv", "b.csv"]
    assert dropped_in(tmp_path / "nowhere.csv") == [tmp_path / "nowhere.csv"]


def test_a_folder_of_prompts_is_all_its_files_and_a_prompt_in_two_of_them_is_one(tmp_path):
    with pytest.raises(InputError, match="the folder has no file"):
        read_candidates(prompts=str(tmp_path))
    (tmp_path / "a.csv").write_text("id,text\n1,Is it late?\n2,Is it early?\n", "utf-8")
    (tmp_path / "b.csv").write_text("id,text\n2,Is it early?\n3,Is it noon?\n", "utf-8")
    found = read_candidates(prompts=str(tmp_path))
    assert found["text"].tolist() == ["Is it late?", "Is it early?", "Is it noon?"]
    assert found["prompt_id"].is_unique


def test_a_folder_of_ratings_is_all_its_files(tmp_path):
    for name, item in (("a.csv", "one"), ("b.csv", "two")):
        (tmp_path / name).write_text(f"rater_id,item_id,choice\nr,{item},A\n", "utf-8")
    handed_in = _handed_in(HandedIn(files=[f"table:{tmp_path}"]))
    assert [(importer, rating.item_id) for importer, rating in handed_in] == [("table", "one"), ("table", "two")]
