import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.simulation import INFLUENCE, MODELS, RATERS, choose, truth
from persona_pipeline.simulation.themes import THEMES, liked_by, themes_in
from persona_pipeline.simulation.world import relevance, share_carried, suits, wanted_themes
from persona_pipeline_tests.simulation.prompts import personas, questions

answers = st.lists(st.sampled_from([*THEMES, "and", "zebra"]), max_size=6).map(" ".join)


@given(st.sampled_from([*personas(5), ""]), st.text(max_size=20), answers, answers)
def test_truth_is_antisymmetric(persona: str, question: str, one: str, other: str) -> None:
    if one != other:
        swapped = {"A": "B", "B": "A"}[truth(persona, question, other, one)]
        assert truth(persona, question, one, other) == swapped


@given(st.sampled_from([*personas(5), ""]), st.text(max_size=20), answers, answers, st.floats(0, 1))
def test_a_choice_is_of_an_answer_and_not_of_a_side(
    persona: str, question: str, one: str, other: str, fidelity: float
) -> None:
    if one != other:
        kept = choose(persona, question, one, other, fidelity=fidelity, noise=("me",))
        swapped = choose(persona, question, other, one, fidelity=fidelity, noise=("me",))
        assert {kept, swapped} == {"A", "B"}


def test_the_answer_with_the_heavier_theme_is_preferred() -> None:
    persona = "age: 43\nfertility: no"  # 0.92 × at least 0.5 outweighs 0.04 × at most 1.5
    by_age, by_fertility = liked_by("age", "43"), liked_by("fertility", "no")
    assert by_age != by_fertility
    assert truth(persona, "Why?", f"With {by_fertility}.", f"With {by_age}.") == "B"


def test_what_an_answer_carries_is_influence_times_relevance() -> None:
    theme = liked_by("age", "43")
    expected = INFLUENCE["age"] * relevance("Why?")["age"]
    assert suits("age: 43", "Why?", f"{theme.upper()}, and {theme} again") == pytest.approx(expected)
    assert share_carried("age: 43", "Why?", theme) == 1
    assert share_carried("", "Why?", theme) == 0


def test_ages_of_one_decade_like_the_same() -> None:
    assert liked_by("age", "40") == liked_by("age", "49")
    assert len({liked_by("age", str(age)) for age in range(0, 100, 10)}) > 5


def test_a_persona_with_fewer_attributes_wants_fewer_themes() -> None:
    assert wanted_themes("age: 43", "Why?") == (liked_by("age", "43"),)
    assert wanted_themes("", "Why?") == ()


def test_unknown_lines_of_a_persona_have_no_influence() -> None:
    assert wanted_themes("shoe size: 43", "Why?") == ()


def test_themes_are_whole_words() -> None:
    assert themes_in("Thrift and privacy; thriftless neighbours.") == ("privacy", "thrift")


def test_every_attribute_has_its_own_influence() -> None:
    assert set(INFLUENCE) == set(ATTRIBUTE_NAMES)
    assert len(set(INFLUENCE.values())) == 33
    assert {"ideology", "age", "religion", "political_views"} == set(
        sorted(INFLUENCE, key=lambda name: -INFLUENCE[name])[:4]
    )


@pytest.mark.parametrize(("first", "second"), [("sim-a", "sim-b"), ("sim-b", "sim-d"), ("sim-a", "sim-c")])
def test_kappa_between_two_judges_is_the_product_of_their_fidelities(first: str, second: str) -> None:
    n = 4000
    sides = [("thrift, zeal", "wonder, candour"), ("wonder, candour", "thrift, zeal")]  # balanced
    items = [(p, q, *sides[i % 2]) for i, (p, q) in enumerate(zip(personas(n), questions(n), strict=True))]
    rated = [
        [choose(*item, fidelity=MODELS[name].fidelity, noise=(name,)) for item in items] for name in (first, second)
    ]
    expected = MODELS[first].fidelity * MODELS[second].fidelity
    assert cohen_kappa_score(*rated) == pytest.approx(expected, abs=0.045)  # its standard error is about 0.013


def test_a_rater_agrees_with_the_truth_as_often_as_its_fidelity_says() -> None:
    n = 4000
    items = [(p, q, "thrift", "wonder") for p, q in zip(personas(n), questions(n), strict=True)]
    fidelity = RATERS["simulated-4"]
    right = sum(choose(*item, fidelity=fidelity, noise=("r", 4)) == truth(*item) for item in items) / n
    assert right == pytest.approx((1 + fidelity) / 2, abs=0.02)


def test_fidelities_are_as_documented() -> None:
    assert {name: model.fidelity for name, model in MODELS.items()} == {
        "sim-a": 0.95,
        "sim-b": 0.85,
        "sim-c": 0.70,
        "sim-d": 0.40,
    }
    assert RATERS == {"simulated-1": 0.90, "simulated-2": 0.85, "simulated-3": 0.80, "simulated-4": 0.75}


@pytest.mark.parametrize(
    ("strong", "weak"), [("ideology", "income"), ("age", "citizenship"), ("religion", "fertility")]
)
def test_without_a_stronger_attribute_more_preferences_change(strong: str, weak: str) -> None:
    assert changed_without(strong) > 1.5 * changed_without(weak)


def changed_without(attribute: str) -> int:
    """Leave-one-out in small: how many of 600 choices change when one attribute is taken away."""
    line = attribute.replace("_", " ") + ":"
    changed = 0
    for n, (persona, question) in enumerate(zip(personas(600, seed=3), questions(600), strict=True)):
        without = "\n".join(row for row in persona.splitlines() if not row.startswith(line))
        order = random.Random(n).sample(THEMES, 16)
        sides = " ".join(order[:8]), " ".join(order[8:])
        changed += truth(without, question, *sides) != truth(persona, question, *sides)
    return changed
