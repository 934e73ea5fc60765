"""Whole journeys in a real browser, against the server as a process of its own."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from persona_pipeline_tests.study.browsing import Server, chromium, serving, violations
from persona_pipeline_tests.study.designs import small
from persona_pipeline_tests.study.served import CODE, SECRET, made

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
RATERS, ITEMS = 8, 3


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[tuple[Server, list[str]]]:
    path = tmp_path_factory.mktemp("study") / "s.sqlite"
    store, tokens = made(path, small(RATERS // 2 + 1, plain=1), invited=RATERS + 1)
    store.close()
    with serving(path) as server:
        yield server, tokens


def stored(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as db:
        return db.execute(sql).fetchall()


class Rater:
    """Somebody at a browser.

    Args:
        number: of the rater, from 1.
    """

    def __init__(self, browser: Any, study: tuple[Server, list[str]], number: int, **context: Any) -> None:
        server, tokens = study
        self.number, self.link = number, f"{server.address}/r/{tokens[number - 1]}"
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()

    def reason(self, position: int) -> str:
        return f"Rater {self.number} on item {position}: they keep it simple."

    def start(self) -> None:
        self.page.goto(self.link)
        self.page.check("[name=agree]")
        self.page.check("[name=honest]")
        self.page.click("button.primary")
        self.page.click("a.button")

    def fill(self, position: int) -> None:
        self.page.wait_for_url(f"**/item/{position}")
        self.page.check(f"#choice-{'ab'[position % 2]}")
        self.page.fill("#reason", self.reason(position))

    def send(self) -> None:
        self.page.click("button.primary")

    def answer(self, *positions: int) -> None:
        for position in positions:
            self.fill(position)
            self.send()

    def finish(self) -> None:
        self.page.wait_for_url("**/review")
        self.page.click("button.primary")
        assert self.page.inner_text(".code").strip() == CODE
        self.context.close()


def test_eight_raters_with_all_that_happens_to_people_lose_nothing_and_count_once(browser, study):
    server, _ = study
    _closes_the_tab(Rater(browser, study, 1))
    _clicks_twice(Rater(browser, study, 2))
    _goes_back(Rater(browser, study, 3))
    _has_two_tabs(Rater(browser, study, 4))
    _has_no_script(Rater(browser, study, 5, java_script_enabled=False))
    _has_a_phone(Rater(browser, study, 6, **PHONE))
    _has_only_a_keyboard(Rater(browser, study, 7))
    _sees_the_server_die(Rater(browser, study, 8), server)
    answers = stored(server.store, "SELECT rater, position, choice, reason FROM current_answers ORDER BY 1, 2")
    expected = [
        (number, position, "AB"[position % 2], f"Rater {number} on item {position}: they keep it simple.")
        for number in range(1, RATERS + 1)
        for position in range(1, ITEMS + 1)
    ]
    assert answers == expected
    assert stored(server.store, "SELECT count(*) FROM raters WHERE finished_at IS NOT NULL") == [(RATERS,)]
    # rater 3 changed one answer and rater 4 was stopped from changing one
    assert stored(server.store, "SELECT count(*) FROM answers") == [(RATERS * ITEMS + 1,)]


def _closes_the_tab(rater: Rater) -> None:
    rater.start()
    rater.answer(1)
    rater.fill(2)
    rater.page.wait_for_selector("text=Draft saved")
    rater.page.close()
    rater.page = rater.context.new_page()
    rater.page.goto(rater.link)
    assert rater.page.url.endswith("/item/2")
    assert rater.page.input_value("#reason") == rater.reason(2)
    assert rater.page.is_checked("#choice-a")
    rater.send()
    rater.answer(3)
    rater.finish()


def _clicks_twice(rater: Rater) -> None:
    rater.start()
    for position in range(1, ITEMS + 1):
        rater.fill(position)
        rater.page.eval_on_selector("button.primary", "button => { button.click(); button.click(); }")
    rater.finish()


def _goes_back(rater: Rater) -> None:
    rater.start()
    rater.answer(1)
    rater.fill(2)
    rater.page.fill("#reason", "At first I thought of something else.")
    rater.send()
    rater.page.wait_for_url("**/item/3")
    rater.page.go_back()
    assert rater.page.input_value("#reason") == "At first I thought of something else."
    rater.page.fill("#reason", rater.reason(2))
    rater.send()
    rater.answer(3)
    rater.page.wait_for_url("**/review")
    rater.page.go_back()
    rater.send()  # the same answer again
    rater.finish()
    assert rater.number == 3


def _has_two_tabs(rater: Rater) -> None:
    rater.start()
    rater.page.wait_for_url("**/item/1")
    other = rater.context.new_page()
    other.goto(rater.page.url)
    rater.answer(1)
    rater.page.wait_for_url("**/item/2")
    other.check("#choice-a")
    other.fill("#reason", "The other tab says otherwise.")
    other.click("button.primary")
    assert "in another window" in other.inner_text("[role=alert]")
    other.close()
    rater.answer(2, 3)
    rater.finish()


def _has_no_script(rater: Rater) -> None:
    rater.start()
    rater.answer(1, 2, 3)
    rater.finish()


def _has_a_phone(rater: Rater) -> None:
    rater.start()
    rater.page.tap("summary")  # the description folds away, and stays so
    rater.answer(1)
    rater.page.wait_for_url("**/item/2")
    assert rater.page.get_attribute("[data-person]", "open") is None
    _fits(rater.page)
    for target in rater.page.query_selector_all(".answer, button, .button"):
        assert target.bounding_box()["height"] >= 44
    rater.answer(2, 3)
    rater.page.wait_for_url("**/review")
    _fits(rater.page)
    rater.finish()


def _fits(page: Any) -> None:
    """Nothing hangs over the side of a phone."""
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def _has_only_a_keyboard(rater: Rater) -> None:
    rater.start()
    keys = rater.page.keyboard
    for position in range(1, ITEMS + 1):
        rater.page.wait_for_url(f"**/item/{position}")
        keys.press("12"[position % 2] if position < 3 else "ab"[position % 2])
        while rater.page.evaluate("document.activeElement.id") != "reason":
            keys.press("Tab")
        keys.type(rater.reason(position))
        keys.press("Enter")
    rater.page.wait_for_url("**/review")
    rater.finish()


def _sees_the_server_die(rater: Rater, server: Server) -> None:
    rater.start()
    rater.answer(1)
    rater.page.wait_for_url("**/item/2")
    server.kill()
    rater.fill(2)
    rater.page.wait_for_selector("text=No connection; not saved yet")
    server.begin()
    rater.page.wait_for_selector("text=Draft saved", timeout=20_000)
    rater.send()
    rater.answer(3)
    rater.finish()


def test_axe_finds_nothing_on_any_page(browser, study):
    server, _ = study
    rater = Rater(browser, study, RATERS + 1, color_scheme="light", **PHONE)
    page, found = rater.page, []
    page.goto(rater.link)
    found += violations(page)
    page.check("[name=agree]")
    page.check("[name=honest]")
    page.click("button.primary")
    found += violations(page)
    page.click("a.button")
    rater.send()  # nothing is filled in yet
    page.wait_for_selector("[role=alert]")
    found += violations(page)
    rater.answer(1, 2, 3)
    page.wait_for_url("**/review")
    found += violations(page)
    page.click("button.primary")
    found += violations(page)
    for path in ("/organiser", "/nothing"):
        page.goto(server.address + path)
        found += violations(page)
    page.goto(f"{server.address}/organiser")
    page.fill("#secret", SECRET)
    page.click("button.primary")
    page.wait_for_selector("text=Agreement so far")
    found += violations(page)
    rater.context.close()
    assert found == []
