"""Topics' names, sizes and splits."""

import json

import pandas as pd
import pytest

from persona_pipeline.prompts.naming import largest_deviation, requests, topics
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.simulation import complete
from persona_pipeline_tests.prompts.factories import reply


def prompts(**topics: str) -> pd.DataFrame:
    """Prompts of each topic, a letter each: t in train, h held out."""
    return PROMPTS.frame(
        {
            "prompt_id": f"{topic}{at}",
            "text": f"Is {topic} number {at} a <terms> good thing?",
            "source": "test",
            "topic": topic,
            "topic_terms": f"{topic}, thing",
            "topic_by": "tf-idf",
            "split": "train" if letter == "t" else "held_out",
        }
        for topic, letters in topics.items()
        for at, letter in enumerate(letters)
    )


def named(some: pd.DataFrame, *names: object) -> pd.DataFrame:
    asked = requests(some, model="m")
    texts = [json.dumps({"reason": "They do.", "name": name}) for name in names]
    return topics(some, asked, [reply(q, text) for q, text in zip(asked, texts, strict=True)])


def test_a_topic_is_asked_about_with_its_terms_and_ten_prompts_as_data():
    (request,) = requests(prompts(dogs="t" * 12), model="m")
    user = request.messages[1].content
    assert "<terms>\ndogs, thing\n</terms>" in user
    assert user.count("\n- ") == 10
    assert "a ‹terms› good thing" in user
    assert request.messages[0].content.startswith("Task: name_topic\n")


def test_the_largest_topic_comes_first_with_its_name_and_its_part_of_both_splits():
    """7 train, 3 held out: dogs have 5 of 7 and 1 of 3, cats 2 of 7 and 2 of 3."""
    found = named(prompts(cats="tthh", dogs="ttttth"), " Cats. ", "Dogs")
    assert found[["topic", "name", "prompts", "train", "held_out"]].values.tolist() == [
        ["dogs", "Dogs", 6, 5, 1],
        ["cats", "Cats", 4, 2, 2],
    ]
    assert found["split_deviation"].tolist() == [pytest.approx(1 / 3 - 5 / 7), pytest.approx(2 / 3 - 2 / 7)]
    assert largest_deviation(found) == pytest.approx(8 / 21)
    assert found["share"].sum() == 1


@pytest.mark.parametrize("name", ["", "  . ", None, "x" * 61, ["Dogs"]])
def test_a_name_that_is_none_leaves_the_topic_without_one(name):
    found = named(prompts(dogs="th"), name)
    assert found["name"].isna().all()
    assert found[["status", "prompts"]].values.tolist() == [["invalid", 2]]
    assert found["reason"].notna().all()


def test_a_simulated_name_is_marked_and_comes_from_the_terms():
    some = prompts(dogs="th")
    (asked,) = requests(some, model="sim-a")
    found = topics(some, [asked], [reply(asked, complete("sim-a", asked.messages).text, simulated=True)])
    assert found[["name", "simulated", "status"]].values.tolist() == [["Dogs and thing", True, "ok"]]
