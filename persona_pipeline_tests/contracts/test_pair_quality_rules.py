"""What holds for every rule of pair quality: its example trips it and no other, and good pairs pass."""

import inspect
from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.feedback.quality import measured
from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule, in_order
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS
from persona_pipeline_tests.feedback import factories

every_rule = pytest.mark.parametrize("rule", in_order(), ids=lambda rule: rule.name)


def pair(example: Example) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An example as rules read it: the measured pair, and its persona with no other attribute than those named."""
    facts = dict.fromkeys(ATTRIBUTE_NAMES) | {"age": 30} | dict(example.persona)
    sides = {"prompt": example.prompt, "chosen": example.chosen, "rejected": example.rejected}
    personas = PERSONAS.conform(factories.personas(1).astype(object).assign(**facts))
    return measured(pd.DataFrame([{"persona_id": "persona-0", **sides}])), personas


def found_by(example: Example) -> list[str]:
    return [rule.name for rule in in_order() if rule.finds(*pair(example)) != [None]]


@every_rule
def test_a_rule_is_registered_under_its_own_name_and_file(rule: QualityRule) -> None:
    assert QUALITY_RULES.get(rule.name) is rule
    assert Path(inspect.getfile(rule.finds)).stem == rule.name


@every_rule
def test_a_rule_explains_itself_in_a_sentence(rule: QualityRule) -> None:
    assert rule.explanation[0].isupper()
    assert rule.explanation.endswith(".")
    assert len(rule.explanation.split()) >= 5


@every_rule
def test_a_rules_example_trips_that_rule_and_no_other(rule: QualityRule) -> None:
    assert found_by(rule.trips) == [rule.name]


@every_rule
def test_a_rules_other_example_passes_every_rule(rule: QualityRule) -> None:
    assert found_by(rule.passes) == []


@every_rule
def test_a_rule_says_something_for_every_pair_and_looks_at_each_alone(rule: QualityRule) -> None:
    (bad, who), (good, _) = pair(rule.trips), pair(rule.passes)
    many = pd.concat([bad, good, bad, good], ignore_index=True)
    assert rule.finds(many, who)[::-1] == rule.finds(many[::-1], who)
    assert rule.finds(many.iloc[:0], who.iloc[:0]) == []


@every_rule
@pytest.mark.parametrize("text", ["?", "\ud7ff\U0001f600", "7 'quotes’ «and» <tags"], ids=["mark", "odd", "quoted"])
def test_a_rule_survives_odd_texts(rule: QualityRule, text: str) -> None:
    assert len(rule.finds(*pair(Example(text, text, text)))) == 1


def test_no_two_rules_share_a_place_in_the_order() -> None:
    orders = [rule.order for rule in in_order()]
    assert len(orders) == len(set(orders))
