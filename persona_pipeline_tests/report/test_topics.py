import pandas as pd

from persona_pipeline.report.topics import distribution
from persona_pipeline.schemas.prompt import TOPICS

PNG = b"\x89PNG\r\n"


def topics(count: int, name: str | None = "A $name_ of {any} kind 税") -> pd.DataFrame:
    common = {"terms": "dog, cat", "share": 0.1, "split_deviation": 0.0, "example": "Why?", "status": "ok"}
    return TOPICS.frame(
        {"topic": f"t{n}", "name": name, "prompts": n + 1, "train": n, "held_out": 1, "simulated": False, **common}
        for n in range(count)
    )


def test_the_figure_is_a_png_and_the_same_topics_in_any_order_give_the_same_bytes():
    first = distribution(topics(5), title="Figure 3")
    assert first.startswith(PNG)
    assert distribution(topics(5)[::-1], title="Figure 3") == first


def test_many_topics_and_topics_without_a_name_can_be_drawn():
    assert distribution(topics(200, name=None), title="Figure 3").startswith(PNG)


def test_a_single_topic_without_anything_held_out_can_be_drawn():
    assert distribution(topics(1).assign(held_out=0), title="Figure 3").startswith(PNG)
