import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.schemas.levels import level_order, levels


def frame(**columns):
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"not_applicable": ["{}"] * n, **columns})


def whole(*values):
    return pd.array(values, dtype="Int64")


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0–4"), (4, "0–4"), (5, "5–14"), (14, "5–14"), (17, "15–17"), (18, "18–24"), (84, "75–84"), (85, "85+")],
)
def test_an_age_falls_into_its_band(age, band):
    assert levels(frame(age=whole(age)), "age").tolist() == [band]


@pytest.mark.parametrize(
    ("income", "band"),
    [
        (-4000, "negative or zero"),
        (0, "negative or zero"),
        (1, "1–9,999"),
        (9999, "1–9,999"),
        (10000, "10,000–24,999"),
        (199999, "150,000–199,999"),
        (200000, "200,000+"),
    ],
)
def test_an_income_falls_into_its_band(income, band):
    assert levels(frame(income=whole(income)), "income").tolist() == [band]


def test_other_attributes_are_their_own_levels():
    assert levels(frame(sex=["Male", "Female"]), "sex").tolist() == ["Male", "Female"]


def test_an_absent_value_counts_by_its_reason():
    rows = frame(income=whole(None, 5), not_applicable=['{"income": "N/A (under 15)", "sex": "x"}', "{}"])
    assert levels(rows, "income").tolist() == ["N/A (under 15)", "1–9,999"]


def test_an_absent_value_without_a_reason_is_still_counted():
    assert levels(frame(sex=["Male", None]), "sex").tolist() == ["Male", "no reason given"]


def test_the_index_is_kept():
    rows = frame(sex=["Male", "Female"]).set_index(pd.Index([7, 3]))
    assert levels(rows, "sex").to_dict() == {7: "Male", 3: "Female"}


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1))
def test_every_income_has_a_band_and_bands_keep_the_order(incomes):
    order = level_order("income")
    places = [order.index(level) for level in levels(frame(income=whole(*sorted(incomes))), "income")]
    assert places == sorted(places)


def test_only_numbers_have_an_order_of_levels():
    assert level_order("age")[0] == "0–4"
    assert level_order("sex") == ()
