import json

from persona_pipeline.study.tasks import FORMATS
from persona_pipeline_tests.study.designs import ITEMS, PERSONAS, small


def test_label_studio_gets_every_item_once_and_nothing_of_what_is_hidden():
    text = FORMATS["label_studio"](small(4))
    tasks = [task["data"] for task in json.loads(text)]
    assert len(tasks) == len({task["item_id"] for task in tasks}) == len(PERSONAS) * ITEMS
    shown = {"item_id", "persona_id", "persona", "question", "answer_a", "answer_b"}
    assert all(set(task) == shown for task in tasks)
    assert tasks[0]["persona"] == "Age: 40 years\nSex: Female"


def test_the_labeling_configuration_uses_what_the_tasks_hold():
    task = json.loads(FORMATS["jsonl"](small()).splitlines()[0])
    used = {name for name in task if f"${name}" in FORMATS["label_studio_config"](small())}
    assert used == {"persona", "question", "answer_a", "answer_b"}
