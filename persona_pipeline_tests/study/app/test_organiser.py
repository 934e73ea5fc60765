from pathlib import Path

from persona_pipeline.study.app import answers, raters
from persona_pipeline.study.app.answers import Given
from persona_pipeline.study.app.organiser import overview
from persona_pipeline_tests.study.served import made


def test_progress_time_checks_flips_and_agreement_are_counted_by_hand(tmp_path: Path):
    # both personas have items 1–3, a check (B is asked for) and item 1 again with its sides swapped
    store, tokens = made(tmp_path / "s.sqlite", invited=4)
    choices = ["AAABB", "ABABA", "AABBB", "AA"]  # raters 1 and 3 rate for persona-1, 2 and 4 for persona-2
    with store.changing() as db:
        for token, given in zip(tokens, choices, strict=True):
            rater = raters.by_token(db, token)
            assert rater is not None
            raters.consent(db, rater, "terms", 0.0)
            rater = raters.by_number(db, rater.rater)
            for position, choice in enumerate(given, start=1):
                answers.show(db, rater, position, 0.0)
                answers.submit(db, rater, position, Given(choice, "because", 0, None), 10.0 * position)
        for number in (1, 2, 3):
            raters.finish(db, raters.by_number(db, number), 60.0)
        seen = overview(db)
    store.close()
    assert (seen.places, seen.finished, seen.answers) == (4, 3, 17)
    assert [row.median_s for row in seen.rows] == [30.0, 30.0, 30.0, 15.0]
    assert [(row.checks_failed, row.checks_seen) for row in seen.rows] == [(0, 1), (0, 1), (0, 1), (0, 0)]
    assert [(row.flips, row.repeated) for row in seen.rows] == [(0, 1), (1, 1), (0, 1), (0, 0)]
    # persona-1: A/A, A/A, A/B; persona-2: A/A, B/A: three of five items agree
    assert seen.compared == 5
    assert [round(each.value, 2) for each in seen.agreement if each.name == "raw agreement"] == [0.6]
    assert "insufficient: 5 items" in str(seen.agreement[0].reason)


def test_who_fails_a_check_or_was_let_go_is_out_of_the_agreement(tmp_path: Path):
    store, tokens = made(tmp_path / "s.sqlite", invited=4)
    with store.changing() as db:
        for token, given in zip(tokens, ["AAAAB", "AAABB", "AAABB", "AAABB"], strict=True):
            rater = raters.by_token(db, token)
            assert rater is not None
            raters.consent(db, rater, "terms", 0.0)
            rater = raters.by_number(db, rater.rater)
            for position, choice in enumerate(given, start=1):
                answers.submit(db, rater, position, Given(choice, "because", 0, None), 1.0)
        raters.release(db, 4, 2.0)
        seen = overview(db)
    store.close()
    assert seen.compared == 0  # each persona has one rater left
    assert [row.status for row in seen.rows] == ["rating", "rating", "rating", "let go"]
    assert {each.reason for each in seen.agreement} == {"no item has two ratings yet"}
