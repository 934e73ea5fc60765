"""The embedded sample: what it promises in data/README.md."""

import json
from importlib import resources

import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.prompts.filtering import by_rules, flags
from persona_pipeline.prompts.sources import SOURCES, Given
from persona_pipeline_tests.prompts.factories import PRISM

SAMPLE = resources.files("persona_pipeline.prompts.embedded") / "prompts.jsonl"


def rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]


def plain(text: str) -> str:
    """A text without case, blanks and punctuation."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def test_every_line_of_the_sample_is_a_candidate():
    found = SOURCES.get("embedded").read(Given())
    assert found["text"].tolist() == [row["opening_prompt"] for row in rows()]
    assert set(found["licence"]) == {"Apache-2.0"}


def test_the_sample_is_about_400_different_prompts_of_which_45_percent_divide_people():
    texts = [plain(str(row["opening_prompt"])) for row in rows()]
    assert 380 <= len(texts) == len(set(texts)) <= 440
    assert 0.42 <= sum(row["controversial"] is True for row in rows()) / len(texts) <= 0.50
    assert {row["controversial"] for row in rows()} == {True, False}


def test_the_sample_trips_every_rule_and_passes_most():
    own = SOURCES.get("embedded").read(Given())
    counts = by_rules(own, flags(own))["rule"].fillna("goes on").value_counts()
    assert counts["no_question_mark"] >= 30
    assert counts["too_few_words"] >= 8
    assert counts["goes on"] >= 300


def test_the_sample_takes_no_file(tmp_path):
    with pytest.raises(ConfigError, match="it brings its own"):
        SOURCES.get("embedded").read(Given(tmp_path))


@pytest.mark.skipif(not PRISM.exists(), reason=f"the PRISM extract is not at {PRISM}")
def test_no_prompt_of_the_sample_is_one_of_prism():
    theirs = {plain(text) for text in SOURCES.get("prism").read(Given(PRISM))["text"]}
    assert not [row["opening_prompt"] for row in rows() if plain(str(row["opening_prompt"])) in theirs]
