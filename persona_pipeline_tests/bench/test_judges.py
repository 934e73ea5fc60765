import pytest

from persona_pipeline.bench.judges import ITSELF, admitted
from persona_pipeline.errors import ConfigError


def test_another_model_may_judge():
    assert admitted("one", ["another"], judge_itself="", fix="") == "one"


@pytest.mark.parametrize(("judge", "problem"), [("", "no judge is named"), ("one", "'one' is the model under test")])
def test_nobody_and_the_model_under_test_may_not(judge, problem):
    with pytest.raises(ConfigError, match=problem):
        admitted(judge, ["one", "another"], judge_itself="yes", fix="")


def test_a_model_judges_itself_when_that_is_said_in_words():
    assert admitted("one", ["one"], judge_itself=ITSELF, fix="") == "one"
    with pytest.raises(ConfigError, match="no judge"):
        admitted("", ["one"], judge_itself=ITSELF, fix="")
