import numpy as np
import pytest

from persona_pipeline.agreement.units import Units, pairwise_agreement
from persona_pipeline.errors import InputError


@pytest.mark.parametrize("codes", [np.array([[0, 2]]), np.array([[0, -2]]), np.array([0, 1])])
def test_codes_outside_the_categories_are_refused(codes):
    with pytest.raises(InputError, match="do not fit 2 categories"):
        Units(codes, 2)


def test_counts_are_ratings_per_category():
    assert Units(np.array([[0, 1, 1], [-1, -1, 0]]), 2).counts.tolist() == [[1, 2], [1, 0]]


def test_a_unit_is_comparable_from_two_ratings():
    assert Units(np.array([[0, 1, -1], [-1, -1, 0]]), 2).comparable.tolist() == [True, False]


def test_pairwise_agreement_is_the_share_of_agreeing_pairs():
    assert pairwise_agreement(np.array([[2.0, 1.0], [1.0, 0.0], [3.0, 0.0]])) == pytest.approx([1 / 3, 0, 1])
