"""How a run names its prompts."""

import pytest

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.prompts.candidates import read_candidates
from persona_pipeline.prompts.filtering import by_rules, flags
from persona_pipeline_tests.prompts.factories import PAPERS_RULES, PRISM, only, write_lines

LINE = {"conversation_id": "c1", "opening_prompt": "Should I sell the piano?"}


def test_embedded_is_the_sample_of_the_package():
    assert set(read_candidates("embedded")["source"]) == {"embedded"}


def test_a_path_is_a_file_of_prism(tmp_path):
    found = read_candidates(str(write_lines(tmp_path / "c.jsonl", LINE)))
    assert found[["source", "licence"]].values.tolist() == [["prism", "CC-BY-4.0 (human-written text)"]]


def test_a_registered_name_before_the_path_chooses_the_source(tmp_path):
    path = write_lines(tmp_path / "c.jsonl", LINE)
    assert read_candidates(f"prism:{path}").equals(read_candidates(str(path)))


def test_a_source_that_reads_a_file_wants_its_path():
    with pytest.raises(ConfigError, match="no file is given"):
        read_candidates("prism")


def test_a_path_that_is_not_there_is_an_input_error():
    with pytest.raises(InputError, match=r"embeded: "):
        read_candidates("embeded")


@pytest.mark.skipif(not PRISM.exists(), reason=f"the PRISM extract is not at {PRISM}")
def test_prism_has_5000_candidates_of_which_the_rules_leave_3043():
    # counted once with grep and awk: 1,786 lines without "?", 171 of the rest under five words
    found = read_candidates(str(PRISM))
    counts = by_rules(found, flags(found, only(*PAPERS_RULES)))["rule"].fillna("goes on").value_counts().to_dict()
    assert len(found) == 5000
    assert counts == {"no_question_mark": 1786, "too_few_words": 171, "goes on": 3043}
