import numpy as np
import pandas as pd
import pytest

from persona_pipeline.personas.associations import associations, cramers_v
from persona_pipeline.schemas.persona_reports import ASSOCIATIONS
from persona_pipeline_tests.personas.people import crowd, person, population


def test_perfect_association_is_one_and_none_is_zero() -> None:
    assert cramers_v(np.array([[50, 0], [0, 50]]), 1e9) == pytest.approx(1)
    assert cramers_v(np.array([[25, 25], [25, 25]]), 1e9) == 0


def test_the_bias_of_small_samples_is_taken_off() -> None:
    # [[30, 20], [20, 30]]: phi² = 0.04; less 1/99 is 0.0299; sides 2 − 1/99 = 1.9899: √(0.0299 / 0.9899) = 0.1738
    assert cramers_v(np.array([[30, 20], [20, 30]]), 100) == pytest.approx(0.1738, abs=1e-4)


def test_a_single_row_has_no_association() -> None:
    assert cramers_v(np.array([[30, 20], [0, 0]]), 50) is None


def test_what_goes_together_in_the_weighted_population_is_compared_with_the_personas() -> None:
    # in the population every man is divorced and no woman is; among the personas half of each are
    facts = [("Male", "Divorced", 9), ("Female", "Married", 9), ("Male", "Married", 0), ("Female", "Divorced", 0)]
    people = population(
        *(
            person(f"p{i}", sex=facts[i % 4][0], marital_status=facts[i % 4][1], weight=facts[i % 4][2])
            for i in range(100)
        )
    )
    found = associations(people, people).set_index(["attribute_1", "attribute_2"])
    pair = found.loc[("sex", "marital_status")]
    assert pair["personas"] == pytest.approx(0)
    assert pair["population"] == pytest.approx(1)
    assert pair["difference"] == pytest.approx(-1)
    same = found.loc[("sex", "race")]  # everybody is White
    assert pd.isna(same["difference"])
    assert same["reason"].startswith("insufficient")


def test_every_pair_comes_once() -> None:
    found = associations(crowd(60), crowd(60))
    assert found.columns.tolist() == ASSOCIATIONS.column_names
    assert len(found) == 24 * 23 // 2
