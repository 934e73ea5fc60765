"""The paper's 80 raters, all at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from persona_pipeline_tests.study.designs import PERSONAS, small
from persona_pipeline_tests.study.served import Study, Visitor, hidden, served

RATERS = 80


def whole(rater: Visitor, number: int) -> str:
    """Every answer sent twice, as by impatient fingers."""
    rater.consent()
    for position in range(1, 6):
        given = {
            **fields_of(rater.get(f"/item/{position}").text),
            "choice": "AB"[(number + position) % 2],
            "reason": f"Rater {number}, item {position}, because.",
        }
        for _ in range(2):
            assert rater.post(f"/item/{position}", **given).status_code == 303
    rater.post("/finish", form=hidden(rater.get("/review").text, "form"))
    return rater.get().text


def fields_of(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("form", "seen")}


def test_eighty_raters_at_once_lose_nothing_and_count_nothing_twice(tmp_path):
    with served(tmp_path / "s.sqlite", design=small(RATERS // len(PERSONAS)), invited=RATERS) as study:
        with ThreadPoolExecutor(RATERS) as pool:
            pages = list(pool.map(whole, [study.visitor(n, follows=False) for n in range(RATERS)], range(RATERS)))
        assert all("C0MPLETE" in page for page in pages)
        _nothing_lost_or_doubled(study)


def _nothing_lost_or_doubled(study: Study) -> None:
    stored = study.rows("SELECT reason, choice, position, persona_id FROM answers JOIN items USING (item_id)")
    expected = {
        (f"Rater {number}, item {position}, because.", "AB"[(number + position) % 2], position)
        for number in range(RATERS)
        for position in range(1, 6)
    }
    assert len(stored) == RATERS * 5
    assert {row[:3] for row in stored} == expected
    assert Counter(row[3] for row in stored) == dict.fromkeys(PERSONAS, RATERS * 5 // 2)
    assert study.rows("SELECT count(DISTINCT place) FROM raters WHERE finished_at IS NOT NULL") == [(RATERS,)]
