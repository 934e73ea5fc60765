import numpy as np
import pandas as pd
import pytest

from persona_pipeline.census import margins as counting
from persona_pipeline.census.households import households
from persona_pipeline.census.recode import population
from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.schemas.census import REPLICATE_WEIGHTS
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline_tests.census.extracts import V2018, persons, row


def people(tmp_path, *rows):
    records = persons(tmp_path, rows)
    return population(records, households(records, None, V2018), V2018)


@pytest.fixture
def four(tmp_path):
    """Two women of weight 100 and 200, a man of 100 without a birth to tell of, and a child of 0 with weight 0."""
    child = {"ESR": "", "COW": "", "INDP": "", "OCCP": "", "PINCP": "", "FER": "", "MIL": ""}
    return people(
        tmp_path,
        row(PINCP="9000"),
        row(SERIALNO="2018HU0000002", PWGTP="200", AGEP="22", PINCP="-10"),
        row(SERIALNO="2018HU0000003", SEX="1", FER="", AGEP="90", PINCP="500000"),
        row(SERIALNO="2018HU0000004", PWGTP="0", AGEP="14", **child),
    )


def margins(population, weights=None):
    return counting.margins([(population, weights)])


def pair_margins(population, attributes, weights=None):
    return counting.pair_margins([(population, weights)], attributes)


def of(frame, attribute):
    return frame[frame["attribute"] == attribute].set_index("level")


def test_shares_are_weighted(four):
    sex = of(margins(four), "sex")
    assert sex["weight"].to_dict() == {"Female": 300, "Male": 100}
    assert sex["share"].to_dict() == {"Female": 0.75, "Male": 0.25}
    assert sex["n_records"].to_dict() == {"Female": 3, "Male": 1}


def test_age_and_income_count_by_bands_from_low_to_high(four):
    assert of(margins(four), "age")["weight"].to_dict() == {"5–14": 0, "18–24": 200, "35–44": 100, "85+": 100}
    assert list(of(margins(four), "income").index) == [
        "negative or zero",
        "1–9,999",
        "200,000+",
        "N/A (less than 15 years old)",
    ]


def test_what_does_not_apply_is_a_level_by_its_reason(four):
    fertility = of(margins(four), "fertility")
    assert fertility.loc["N/A (less than 15 years/greater than 50 years/ male)", "weight"] == 100


def test_every_attribute_adds_up_to_the_whole(four):
    sums = margins(four).groupby("attribute")[["share", "weight", "n_records"]].sum()
    assert sorted(sums.index) == sorted(CENSUS_ATTRIBUTES)
    assert sums["share"].tolist() == pytest.approx([1.0] * len(sums))
    assert set(sums["weight"]) == {400}
    assert set(sums["n_records"]) == {4}


def test_weights_that_sum_to_zero_give_no_shares(tmp_path):
    with pytest.raises(InputError, match="the person weights of 2018-1yr sum to zero"):
        margins(people(tmp_path, row(PWGTP="0")))


def test_nobody_gives_no_margins(four):
    assert len(margins(four.iloc[:0])) == 0


def replicate_weights(people, change):
    """Replicates equal to the person weights but for `change`: {(person, replicate from 1): weight}."""
    names = [f"pwgtp{r}" for r in range(1, 81)]
    table = pd.DataFrame({name: people["weight"].to_numpy() for name in names}).assign(
        person_id=people["person_id"].to_numpy(), vintage=people["vintage"].to_numpy()
    )
    for (person, replicate), weight in change.items():
        table.loc[person, f"pwgtp{replicate}"] = weight
    return REPLICATE_WEIGHTS.conform(table)


def test_standard_errors_by_hand(four):
    """Women 300, men 100. In replicate 1 the man weighs 180, in replicate 2 he weighs 20; else nothing changes.

    SE of the men's weight: √(4/80 · (80² + 80²)) = √(0.05 · 12,800) = √640 = 25.298.
    Their share is 180/480 = 0.375 and 20/320 = 0.0625 instead of 0.25: √(0.05 · (0.125² + 0.1875²)) = 0.050389.
    """
    sex = of(margins(four, replicate_weights(four, {(2, 1): 180, (2, 2): 20})), "sex")
    assert sex["se_weight"].to_dict() == pytest.approx({"Female": 0, "Male": 25.298221})
    assert sex["se"].to_dict() == pytest.approx({"Female": 0.0503891, "Male": 0.0503891}, abs=1e-6)
    assert sex["se_reason"].isna().all()


def test_standard_errors_are_those_of_the_formula_worked_out_slowly(four):
    rng = np.random.default_rng(5)
    change = {(person, r): int(rng.integers(-5, 300)) for person in range(4) for r in range(1, 81)}
    weights = replicate_weights(four, change)
    found = of(margins(four, weights), "race")
    pairs = pair_margins(four, ["sex", "age"], weights).set_index(["level", "level_2"])
    for level in found.index:
        assert found.loc[level, "se"] == pytest.approx(slowly(four, weights, lambda p, race=level: p["race"] == race))
    young_woman = slowly(four, weights, lambda p: p["sex"] == "Female" and 18 <= p["age"] <= 24)
    assert pairs.loc[("18–24", "Female"), "se"] == pytest.approx(young_woman)


def slowly(people, weights, holds):
    inside = [bool(holds(person)) for person in people.to_dict("records")]

    def share(given):
        return sum(w for w, there in zip(given, inside, strict=True) if there) / sum(given)

    estimate = share(people["weight"].tolist())
    squares = [(share(weights[f"pwgtp{r}"].tolist()) - estimate) ** 2 for r in range(1, 81)]
    return (4 / 80 * sum(squares)) ** 0.5


def test_without_replicate_weights_a_share_says_why_it_has_no_error(four):
    assert set(margins(four)["se_reason"]) == {"the replicate weights were not asked for (replicate_weights)"}
    half = replicate_weights(four, {}).assign(pwgtp80=[1, 1, 1, None])
    lacking = margins(four, REPLICATE_WEIGHTS.conform(half))
    assert set(lacking["se_reason"]) == {"not every file has the replicate weights"}
    assert lacking["se"].isna().all()


def test_errors_do_not_depend_on_the_order_of_the_weights(four):
    weights = replicate_weights(four, {(2, 1): 180})
    assert margins(four, weights).equals(margins(four, weights.iloc[::-1]))


def test_a_population_in_parts_has_the_margins_of_the_whole(four):
    """Women are in both parts, the man and the oldest band only in the second."""
    weights = replicate_weights(four, {(2, 1): 180, (0, 2): 20})
    parts = [(four.iloc[:2], weights.iloc[:2]), (four.iloc[2:], weights.iloc[2:])]
    pd.testing.assert_frame_equal(counting.margins(parts), margins(four, weights))
    pairs = counting.pair_margins(parts, ["sex", "age", "fertility"])
    pd.testing.assert_frame_equal(pairs, pair_margins(four, ["sex", "age", "fertility"], weights))


def test_a_part_without_replicate_weights_leaves_the_whole_without_errors(four):
    found = counting.margins([(four.iloc[:2], replicate_weights(four.iloc[:2], {})), (four.iloc[2:], None)])
    assert set(found["se_reason"]) == {"not every file has the replicate weights"}
    assert found["se"].isna().all()


def test_pairs_are_of_levels_that_occur_together_and_sum_to_one(four):
    pairs = pair_margins(four, ["sex", "age"])
    assert pairs[["attribute", "level", "attribute_2", "level_2", "weight"]].values.tolist() == [
        ["age", "5–14", "sex", "Female", 0],
        ["age", "18–24", "sex", "Female", 200],
        ["age", "35–44", "sex", "Female", 100],
        ["age", "85+", "sex", "Male", 100],
    ]
    assert pairs["share"].sum() == pytest.approx(1)


def test_a_pair_of_what_is_no_census_attribute_is_refused(four):
    with pytest.raises(ConfigError, match=r"pair_margins: religion is no census attribute; expected some of: age, sex"):
        pair_margins(four, ["sex", "religion"])


def test_no_pairs_are_an_empty_table(four):
    assert len(pair_margins(four, [])) == 0
