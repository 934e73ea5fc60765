from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.errors import InputError
from persona_pipeline.study.prolific import read_submissions
from persona_pipeline.study.ratings import NO_RATING, RULES, as_ratings, human_ratings, still_known
from persona_pipeline.study.submitted import Submitted

ITEMS = pd.DataFrame({"item_id": ["item-1", "item-2", "check"], "expected_side": [None, None, "B"]})
PROLIFIC = """Submission id,Participant id,Status,Time taken
s-1,p-1,APPROVED,600
s-2,p-2,RETURNED,20
s-3,p-3,TIMED OUT,9000
s-4,p-4,REJECTED,30
s-5,p-5,AWAITING REVIEW,700
"""


def rating(rater: str, item: str | None = "item-1", choice: str | None = "A", **more: str) -> Submitted:
    return Submitted(f"rater-{rater}", item, choice, **more)


def reasons(*given: Submitted, submissions=None) -> list[str | None]:
    return list(human_ratings([("table", each) for each in given], ITEMS, submissions)["excluded_because"])


def test_a_plain_rating_counts():
    assert reasons(rating("1"), rating("2"), rating("1", "item-2")) == [None] * 3


def test_each_rule_says_what_it_keeps_out():
    assert reasons(rating("1", "item-9"), rating("1", None)) == ["unknown_item"] * 2
    assert reasons(rating("1", choice=None)) == ["no_choice"]
    assert reasons(rating("1", status="discarded"), rating("2", status="Draft")) == ["not_submitted"] * 2
    assert reasons(rating("1", status="RELEASED"), rating("2", status="FINISHED")) == ["released", None]


def test_of_two_ratings_of_one_item_by_one_rater_the_first_counts():
    assert reasons(rating("1"), rating("1", choice="B"), rating("2")) == [None, "duplicate", None]
    assert reasons(rating("1", status="draft"), rating("1")) == ["not_submitted", None]


def test_a_failed_attention_check_keeps_out_all_that_a_rater_gave():
    given = [rating("1"), rating("1", "check", "A"), rating("2"), rating("2", "check", "B")]
    assert reasons(*given) == ["failed_attention_check"] * 2 + [None] * 2


def test_prolific_says_whose_work_counts(tmp_path: Path):
    path = tmp_path / "prolific.csv"
    path.write_text(PROLIFIC, "utf-8")
    found = reasons(
        rating("1", submission_id="s-1"),
        rating("2", submission_id="s-2"),
        rating("3", participant="p-3"),
        rating("4", submission_id="not known", participant="p-4"),
        rating("5", participant="p-5"),
        rating("6", participant="p-6"),
        submissions=read_submissions(path),
    )
    assert found == [None, "returned", "timed_out", "rejected", None, "no_submission"]


def test_a_file_that_is_not_prolifics_is_refused(tmp_path: Path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="no column 'Participant id'"):
        read_submissions(tmp_path / "other.csv")


def test_nothing_handed_in_vanishes_and_ids_stay_when_more_comes():
    given = [("table", each) for each in (rating("1"), rating("1"), rating("2", None), rating("2", "x", None))]
    found, more = human_ratings(given, ITEMS), human_ratings([*given, ("table", rating("3"))], ITEMS)
    assert len(found) == 4
    assert found["human_rating_id"].is_unique
    assert list(more["human_rating_id"][:4]) == list(found["human_rating_id"])


def test_what_cannot_stand_beside_other_ratings_stays_where_it_was_handed_in():
    given = [rating("1"), rating("1"), rating("2", "check", "A"), rating("3", "item-9"), rating("4", choice=None)]
    found = as_ratings(human_ratings([("table", each) for each in given], ITEMS))
    assert list(found["rater_id"]) == ["rater-1", "rater-2"]
    assert set(found["rater_kind"]) == {"human"}
    assert not found["simulated"].any()
    assert set(RULES) >= set(NO_RATING)


def test_ratings_of_items_that_went_do_not_count_any_more():
    found = human_ratings([("table", rating("1")), ("table", rating("1", "item-2"))], ITEMS)
    later = still_known(found, ITEMS.iloc[:1])
    assert list(later["excluded_because"]) == [None, "unknown_item"]
