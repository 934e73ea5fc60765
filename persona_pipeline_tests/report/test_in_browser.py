"""The report in a real browser: opened from disk, on a phone, in the dark, on paper, and without a script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from persona_pipeline.report.file import write_report
from persona_pipeline_tests.cli.published import published
from persona_pipeline_tests.report.pages import in_memory
from persona_pipeline_tests.study.browsing import chromium, violations

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory, browser) -> str:
    return published(tmp_path_factory).database.with_name("p.report.html").as_uri()


@pytest.fixture
def opened(browser, address) -> Iterator[Any]:
    """Opens the report in a window of its own; an error in its script, or anything loaded, fails the test."""
    windows, wrong = [], []

    def open_it(**options: Any) -> Any:
        window = browser.new_context(**options)
        page = window.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: wrong.append(asked.url[:80]) if not _own(asked.url, address) else None)
        page.goto(address)
        windows.append(window)
        return page

    yield open_it
    for window in windows:
        window.close()
    assert wrong == []


def _own(url: str, address: str) -> bool:
    return url.partition("#")[0] == address or url.startswith("data:")


def test_a_heading_sorts_its_table_up_and_down_and_what_is_absent_comes_last(opened):
    page = opened()

    head = page.locator("#t-fidelity thead button", has_text="distance")
    values = "rows => rows.map(row => Number(row.cells[2].dataset.sort))"
    head.click()
    up = page.eval_on_selector_all("#t-fidelity tbody tr", values)
    assert up == sorted(up)
    assert page.get_attribute("#t-fidelity th[aria-sort]", "aria-sort") == "ascending"
    head.click()
    assert page.eval_on_selector_all("#t-fidelity tbody tr", values) == up[::-1]
    page.locator("#t-fidelity thead button", has_text="Holm p").click()
    keys = page.eval_on_selector_all("#t-fidelity tbody tr", "rows => rows.map(row => row.cells[7].dataset.sort)")
    known = [float(key) for key in keys if key]
    assert known == sorted(known)
    assert keys[len(known) :] == [""] * (len(keys) - len(known))


def test_a_number_shows_the_sql_behind_it_and_the_command_to_run_it(opened):
    page = opened()
    number = page.locator("#t-fidelity a.n").first
    number.click()
    sql = page.inner_text("#source pre")
    assert "FROM personas.fidelity" in sql
    assert number.inner_text() == page.inner_text("#source-value")
    assert page.get_attribute("#source [data-copy=command]", "data-command").startswith("persona-pipeline query ")
    page.click("#source [data-copy=sql]")
    page.wait_for_function("document.querySelector('#source .told').textContent !== ''")
    page.click("#source-link")
    assert page.url.endswith("#q-fidelity")
    assert not page.is_visible("#source")


def test_it_follows_the_systems_colours_and_the_switch_goes_over_them(opened):
    page = opened(color_scheme="dark")

    def ground() -> int:
        return sum(map(int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))))

    assert ground() < 3 * 60
    page.click("[data-theme-choice=light]")
    assert ground() > 3 * 200
    page.reload()
    assert ground() > 3 * 200  # it is remembered
    page.emulate_media(color_scheme="light")
    page.click("[data-theme-choice=dark]")
    assert ground() < 3 * 60
    page.click("[data-theme-choice=auto]")
    assert ground() > 3 * 200


def test_a_phone_scrolls_tables_and_never_the_page(opened):
    page = opened(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('#t-fidelity .scroll').scrollWidth") > 390
    page.evaluate("document.getElementById('queries').scrollIntoView()")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_every_drawing_says_what_it_shows(opened):
    page = opened()
    images = page.eval_on_selector_all("img", "all => all.map(one => one.alt)")
    drawings = page.eval_on_selector_all("[role=img]", "all => all.map(one => one.getAttribute('aria-label'))")
    assert len(drawings) >= 31  # 6 panels of figure 2, 24 of 13, and 3
    assert [told for told in [*images, *drawings] if len(told or "") < 40] == []
    silent = "all => all.filter(one => !one.closest('[role=img], [aria-hidden]')).length"
    assert page.eval_on_selector_all("svg", silent) == 0


def test_it_prints_all_of_it_on_paper(opened, tmp_path):
    page = opened(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    cut = "all => all.filter(one => getComputedStyle(one).overflowY !== 'visible').length"
    assert page.eval_on_selector_all(".scroll", cut) == 0
    pdf = Path(tmp_path / "r.pdf")
    page.pdf(path=str(pdf), prefer_css_page_size=True)
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert 10 < len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) < 120


def test_it_can_be_read_without_a_script(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("button:visible").count() == 0
    page.locator("#t-fidelity a.n").first.click()
    assert page.url.endswith("#q-fidelity")
    assert page.locator("#q-fidelity pre").is_visible()


def test_axe_finds_nothing_in_light_and_dark(browser, tmp_path):
    """On two rows of every table, and with some tables gone: all kinds of blocks, and not as many of them."""
    with in_memory(leave_out=("bench.pass_at_k",)) as source:
        write_report(source, tmp_path / "small.html", database="small.duckdb")
    page = browser.new_page(color_scheme="light")
    page.goto((tmp_path / "small.html").as_uri())
    assert violations(page) == []
    page.locator("#t-fidelity a.n").first.click()
    assert page.is_visible("#source pre")
    assert violations(page) == []
    page.close()
