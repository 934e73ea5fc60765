"""Who judges, by default and when named."""

import pytest

from persona_pipeline.bench.judges import ITSELF
from persona_pipeline.errors import ConfigError
from persona_pipeline.resources import Chat


def test_another_simulated_model_judges_a_simulated_one():
    assert Chat(model="sim-a").judge_of_bench() == "sim-b"
    assert Chat(model="sim-b").judge_of_bench() == "sim-a"


def test_a_judge_that_is_named_judges():
    assert Chat(model="real", judge="other").judge_of_bench() == "other"


@pytest.mark.parametrize(("model", "judge", "claim"), [("real", "", "no judge is named"), ("x", "x", "under test")])
def test_the_benchmark_refuses_to_be_judged_by_nobody_or_by_itself(model, judge, claim):
    with pytest.raises(ConfigError, match=claim):
        Chat(model=model, judge=judge).judge_of_bench()


def test_no_model_under_test_is_the_judge():
    assert Chat().judge_of_bench(["sim-a", "sim-b"]) == "sim-c"
    with pytest.raises(ConfigError, match="'b' is the model under test"):
        Chat(judge="b").judge_of_bench(["a", "b"])


def test_a_model_judges_itself_only_when_that_is_said_in_words():
    with pytest.raises(ConfigError, match="under test"):
        Chat(model="x", judge="x", judge_itself="yes").judge_of_bench()
    assert Chat(model="x", judge="x", judge_itself=ITSELF).judge_of_bench() == "x"


def test_pairs_are_judged_by_the_model_itself_when_nobody_is_named():
    assert Chat(model="real").judge_of_pairs() == "real"
    assert Chat(model="real", judge="other").judge_of_pairs() == "other"


def test_the_study_asks_every_simulated_model_or_the_judge_of_pairs():
    assert Chat(model="sim-a").judges_of_study([]) == ["sim-a", "sim-b", "sim-c", "sim-d"]
    assert Chat(model="real", judge="other").judges_of_study([]) == ["other"]
    assert Chat(model="sim-a").judges_of_study(["x", "y"]) == ["x", "y"]


def test_the_key_is_no_part_of_the_configuration():
    assert [name for name in Chat.model_fields if "key" in name] == ["api_key_variable"]
