"""Shards and portions: every persona is in exactly one, whoever else is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.shards import SHARDS, shard_range, span_of, spans
from persona_pipeline.seeds import content_id

A, B, C, D = "persona-0a", "persona-0b", "persona-1c", "persona-5d"


def test_a_persona_lies_in_the_shard_of_its_first_digit_and_in_no_other():
    persona = content_id("persona", "somebody")
    own = [shard for shard in SHARDS if span_of(shard).first <= persona < span_of(shard).beyond]
    assert own == [persona.removeprefix("persona-")[0]]


def test_portions_hold_about_as_many_pairs_as_asked_and_cross_into_the_next_shard():
    found = spans([(A, 10), (B, 10), (C, 10), (D, 10)], SHARDS, at_most=20)
    assert [(span.first, span.beyond, span.n_pairs) for span in found] == [
        ("persona-0", C, 20),  # A and B
        (C, "persona-g", 20),  # C and D
    ]


def test_portions_leave_out_the_shards_that_were_not_asked_for():
    found = spans([(A, 1), (C, 1), (D, 1)], ["0", "5"], at_most=100)
    assert [(span.first, span.beyond, span.n_pairs) for span in found] == [
        ("persona-0", "persona-1", 1),
        ("persona-5", "persona-6", 1),
    ]


def test_a_shard_without_personas_has_no_portion():
    assert spans([(A, 1)], ["7"], at_most=10) == []


@given(
    st.dictionaries(st.integers().map(lambda n: content_id("persona", n)), st.integers(1, 30), max_size=40),
    st.sets(st.sampled_from(SHARDS), min_size=1),
    st.integers(1, 60),
)
def test_every_persona_of_the_shards_is_in_exactly_one_portion(counts, shards, at_most):
    found = spans(list(counts.items()), sorted(shards), at_most)
    for persona in counts:
        holders = [span for span in found if span.first <= persona < span.beyond]
        assert len(holders) == (persona.removeprefix("persona-")[0] in shards)
    assert sum(span.n_pairs for span in found) == sum(
        n for persona, n in counts.items() if persona.removeprefix("persona-")[0] in shards
    )
    assert all(
        span.n_pairs <= at_most or sum(span.first <= persona < span.beyond for persona in counts) == 1 for span in found
    )


@pytest.mark.parametrize(("text", "shards"), [("3", ("3", "3")), ("0-f", ("0", "f")), (" A-c ", ("a", "c"))])
def test_shards_are_named_by_one_digit_or_a_range(text, shards):
    assert shard_range(text) == shards


@pytest.mark.parametrize("text", ["g", "7-3", "", "0-", "1,2"])
def test_what_names_no_shards_is_refused_with_the_valid_names(text):
    with pytest.raises(ConfigError, match="0 1 2 3 4 5 6 7 8 9 a b c d e f, or a range such as 0-7"):
        shard_range(text)
