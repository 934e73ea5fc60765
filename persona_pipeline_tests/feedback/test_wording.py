import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.feedback.wording import runs, similarity, words


def test_case_blanks_and_punctuation_are_no_difference():
    assert similarity("Yes; it is.", "yes it  IS!") == 1


def test_one_word_of_three_changed_leaves_half_of_the_neighbours():
    # (start, a) (a, b) (b, c) (c, end) against (start, a) (a, b) (b, d) (d, end): 2 of 6
    assert similarity("a b c", "a b d") == pytest.approx(2 / 6)


@given(st.text(), st.text())
def test_similarity_is_a_share_and_the_same_both_ways(one, other):
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1


def test_words_keep_their_apostrophe_and_runs_are_words_in_a_row():
    assert words("Don’t, O'Neill; go_on") == ["don't", "o'neill", "go", "on"]
    assert runs("one two three", 2) == {("one", "two"), ("two", "three")}
    assert runs("one", 2) == set()
