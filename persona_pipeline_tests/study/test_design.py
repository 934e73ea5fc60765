import json

import pandas as pd
import pytest

from persona_pipeline.errors import InputError
from persona_pipeline.study.design import Design, design_of

PEOPLE = pd.DataFrame({"persona_id": ["p-1", "p-2", "p-3"], "age": [30, 40, 50]})


def items(**columns: object) -> pd.DataFrame:
    """Two items of p-1 and one of p-2, as the table has them."""
    return pd.DataFrame(
        {
            "item_id": ["i-1", "i-2", "i-3"],
            "persona_id": ["p-1", "p-1", "p-2"],
            "question": ["Tea?", "Rain?", "Tea?"],
            "answer_a": ["Yes.", "No.", "Some."],
            "answer_b": ["Never.", "Often.", "Much."],
            "revision_side": ["A", "B", "A"],
            "model": ["some-model"] * 3,
            "seed": [1, 1, 1],
            "position": [2, 1, 1],
            "expected_side": [None, "B", None],
            "repeats": [None, None, None],
            "raters_wanted": [2, 2, 2],
        }
    ).assign(**columns)


def test_every_persona_is_rated_once_before_any_is_rated_twice():
    found = design_of(items(), PEOPLE)
    assert [place.persona_id for place in found.places] == ["p-1", "p-2", "p-1", "p-2"]


def test_items_come_in_the_order_that_the_design_says():
    assert design_of(items(), PEOPLE).places[0].items == ("i-2", "i-1")


def test_how_many_raters_is_said_by_the_design_or_by_the_caller():
    assert len(design_of(items(), PEOPLE).places) == 4
    assert len(design_of(items(), PEOPLE, raters_per_persona=3).places) == 6


def test_a_design_without_order_and_checks_gets_an_order_of_its_own_and_the_papers_raters():
    plain = items().drop(columns=["position", "expected_side", "repeats", "raters_wanted"])
    found = design_of(plain, PEOPLE)
    assert len(found.places) == 8  # 2 personas × 4
    assert set(found.places[0].items) == {"i-1", "i-2"}
    assert found == design_of(plain.iloc[::-1], PEOPLE)


def test_neither_the_revision_nor_a_model_reaches_the_app():
    found = design_of(items(), PEOPLE)
    swapped = design_of(items(revision_side=["B", "A", "B"], model=["other"] * 3), PEOPLE)
    assert swapped == found
    assert "some-model" not in json.dumps([vars(item) for item in found.items])


def test_what_raters_see_decides_the_hash():
    assert design_of(items(), PEOPLE).content_hash == design_of(items().iloc[::-1], PEOPLE).content_hash
    assert design_of(items(answer_a=["Oh.", "No.", "Some."]), PEOPLE).content_hash != _hash(design_of(items(), PEOPLE))


def test_an_item_of_an_unknown_persona_is_refused():
    with pytest.raises(InputError, match="p-2 is not in"):
        design_of(items(), PEOPLE.iloc[:1])


def _hash(design: Design) -> str:
    return design.content_hash
