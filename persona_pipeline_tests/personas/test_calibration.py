import pytest

from persona_pipeline.personas.calibration import calibration
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.profile import profiles
from persona_pipeline_tests.personas.people import crowd, person, population

TWO = population(
    *(person(f"m{i}", sex="Male", weight=10) for i in range(30)),
    *(person(f"f{i}", sex="Female", weight=10) for i in range(30)),
)


def of(attribute: str, design: Design, count: int = 20):  # type: ignore[no-untyped-def]
    drawn = profiles(TWO, count=count, reserve=0, seed=1, design=design)
    return calibration(drawn, drawn, TWO).set_index("attribute").loc[attribute]


def test_a_stratified_draw_meets_its_target_exactly() -> None:
    found = of("sex", Design("stratified", ("sex",)))
    assert (found["controlled"], found["n_levels"]) == (True, 2)
    assert found["largest_margin_error"] == pytest.approx(0)
    assert found["design_effect"] == pytest.approx(1)
    assert found["effective_sample_size"] == pytest.approx(20)


def test_raking_is_measured_against_its_margins_and_costs_precision() -> None:
    # women weigh 9/5 of their census weight and men 1/5: seen the other way, 5/9 and 5
    drawn = profiles(TWO, count=20, reserve=0, seed=1, design=Design("raked", margins={"sex": {"Female": 0.9}}))
    found = calibration(drawn, drawn, TWO).set_index("attribute").loc["sex"]
    share = (drawn["sex"] == "Female").mean()
    assert found["largest_margin_error"] == pytest.approx(abs(share - 0.9))
    mean, square = share * 5 / 9 + (1 - share) * 5, share * (5 / 9) ** 2 + (1 - share) * 25
    assert found["design_effect"] == pytest.approx(square / mean**2)
    assert found["effective_sample_size"] < 20


def test_without_minors_the_target_is_that_of_adults() -> None:
    people = crowd(300)
    drawn = profiles(people, count=200, reserve=0, seed=1, design=Design(include_minors=False))
    found = calibration(drawn, drawn, people).set_index("attribute").loc["age"]
    assert found["n_levels"] == 8  # 18–24 to 85+
    assert found["largest_margin_error"] < 0.1
