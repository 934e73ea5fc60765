import hashlib
import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.errors import UnknownCodeError
from persona_pipeline.seeds import content_id, rng_for, uniform_for, uniform_grid, unit_interval

PARTS = st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.text()), max_size=4)


@given(PARTS, PARTS)
def test_ids_are_equal_exactly_when_their_parts_are(left: list[object], right: list[object]) -> None:
    same = repr(left) == repr(right)  # repr keeps 1 and True apart, as the ids do
    assert (content_id("x", *left) == content_id("x", *right)) == same


def test_parts_do_not_run_into_each_other() -> None:
    assert content_id("x", "ab", "c") != content_id("x", "a", "bc")


def test_an_id_is_the_start_of_a_sha_256_and_never_changes_between_releases() -> None:
    canonical = b'["persona","2018-1yr",7]'  # kind and parts as compact JSON
    inner = hashlib.sha256(canonical).hexdigest()
    assert content_id("persona", "2018-1yr", 7) == f"persona-{inner[:20]}"


def test_streams_are_repeatable_and_independent_of_each_other() -> None:
    first, second = rng_for(1, "a").random(3), rng_for(1, "b").random(3)
    assert rng_for(1, "a").random(3).tolist() == first.tolist()
    assert first.tolist() != second.tolist()
    assert rng_for(2, "a").random(3).tolist() != first.tolist()


@given(st.lists(st.text(), unique=True, min_size=2, max_size=5))
def test_a_number_per_id_stays_when_other_ids_leave(ids: list[str]) -> None:
    assert uniform_for(3, ids, "sides")[1:].tolist() == uniform_for(3, ids[1:], "sides").tolist()
    assert all(0 <= number < 1 for number in uniform_for(3, ids, "sides"))


def test_unit_interval_is_uniform() -> None:
    numbers = [unit_interval("n", i) for i in range(4000)]
    assert abs(sum(numbers) / 4000 - 0.5) < 0.02  # 4 standard errors of 0.289 / sqrt(4000)


def test_errors_travel_between_processes() -> None:
    error = UnknownCodeError("SEX is '3'", where="a.csv line 2", expected="1 or 2", fix="Add it.")
    back = pickle.loads(pickle.dumps(error))
    assert str(back) == "a.csv line 2: SEX is '3'; expected 1 or 2. Add it."
    assert type(back) is UnknownCodeError


def test_a_number_per_cell_stays_when_other_rows_and_columns_leave() -> None:
    rows, columns = [f"r{n}" for n in range(40)], [f"c{n}" for n in range(30)]
    whole = uniform_grid(3, rows, columns, "draw")
    assert uniform_grid(3, rows[5:], columns[7:], "draw").tolist() == whole[5:, 7:].tolist()
    assert uniform_grid(4, rows, columns, "draw").tolist() != whole.tolist()


def test_the_numbers_of_cells_are_uniform_and_rows_do_not_resemble_each_other() -> None:
    # of 120,000 uniform numbers: mean 1/2 ± 0.0008, variance 1/12; rows correlate by 1/√300 = 0.058 on average
    numbers = uniform_grid(3, [f"r{n}" for n in range(400)], [f"c{n}" for n in range(300)], "draw")
    assert abs(numbers.mean() - 0.5) < 5 * 0.0008
    assert abs(numbers.var() * 12 - 1) < 0.02
    between = np.corrcoef(numbers)[np.triu_indices(400, 1)]
    assert abs(between.std() - 300**-0.5) < 0.005
