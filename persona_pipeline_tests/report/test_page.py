"""The report as a reader gets it, and what it must not do whatever stands in the tables."""

import html
import re
from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.report.page import LARGEST_BYTES, report, sections, tables_read
from persona_pipeline.report.sections.paper import printed
from persona_pipeline.schemas.tables import TABLES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import published
from persona_pipeline_tests.cli.running import cli, refused
from persona_pipeline_tests.report.pages import EVIL, Page, in_memory, plain

LABELLED = ("simulated", "synthetic")


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    return published(tmp_path_factory).database


@pytest.fixture(scope="module")
def page(database) -> Page:
    """The page that the run itself wrote beside its database."""
    return Page(database.with_name("p.report.html").read_text("utf-8"))


def test_the_command_writes_the_same_bytes_as_the_run_did(database, page, tmp_path):
    said = cli("report", "--database", database, "--output", tmp_path / "r.html")
    assert said.exit_code == 0, said.everything
    assert str(tmp_path / "r.html") in said.squeezed
    assert (tmp_path / "r.html").read_text("utf-8") == page.html
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


def test_it_is_one_small_file_that_loads_nothing(page):
    assert len(page.html.encode("utf-8")) < LARGEST_BYTES
    assert {address.partition(":")[0] for address in page.addresses if not address.startswith("#")} <= {"data"}
    assert not re.search(r"url\(|@import|<link|<iframe", page.html)
    assert "default-src 'none'; img-src data:;" in html.unescape(page.html)


def test_every_link_inside_the_page_leads_somewhere(page):
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= page.ids


def test_every_number_is_what_the_sql_behind_its_link_gives(database, page):
    assert len(page.numbers) > 1_000
    answers = {name: WarehouseFile(database).rows(page.sql[name]) for name in {n.query for n in page.numbers}}
    wrong = []
    for number in page.numbers:
        names, rows = answers[number.query]
        value = float(rows[number.row][names.index(number.column)])
        shown, rounding = plain(number.text)
        if abs(shown - value) > rounding * 1.000001 + 1e-12:
            wrong.append((number, value))
    assert wrong == []


def test_a_number_in_a_table_is_always_a_link(page):
    cells = re.findall(r'<td class="num" data-sort="[^"]*">(.*?)</td>', page.html)
    assert cells
    assert [cell for cell in cells if not cell.startswith(('<a class="n"', '<span class="none"'))] == []


def test_every_section_of_the_report_has_its_tables_in_a_whole_run(page):
    assert "Not materialized" not in page.html
    assert "could not answer" not in page.html
    assert [f"h-{section.name}" for section in sections() if f"h-{section.name}" not in page.ids] == []


def test_it_says_at_the_top_and_in_each_section_that_data_are_simulated(page):
    head, *parts = page.html.split("<section id=")
    assert "<strong>Simulated.</strong>" in head
    assert "<strong>Synthetic people.</strong>" in head
    with_rows = [one for one in zip(sections(), parts, strict=False) if one[0].name != "summary-drops"]
    for section, text in with_rows:  # no summaries were asked for in this run
        assert "Simulated: no real model or person was asked" in text, section.name
    assert "Synthetic people" in parts[1]


def test_nothing_is_called_simulated_that_is_not():
    marked = {t.path: {name: False for name in LABELLED if name in t.column_names} for _, t in TABLES.items()}
    with in_memory(marked) as source:
        text = report(source, database="real.duckdb")
    assert "No row is marked as simulated or synthetic." in text
    assert "no real model" not in text
    marked["bench.scores"]["simulated"] = True
    with in_memory(marked) as source:
        one = report(source, database="real.duckdb")
    assert "<strong>Simulated.</strong>" in one
    modes = one.split('<section id="modes"')[1].split("<section id=")[0]
    populations = one.split('<section id="populations"')[1].split("<section id=")[0]
    assert "Simulated: no real model or person was asked" in modes
    assert "Simulated" not in populations


def test_no_text_of_a_model_or_a_person_becomes_markup():
    with in_memory(texts=EVIL) as source:
        text = report(source, database=f"{EVIL}.duckdb")
    shown = Page(text)
    assert shown.tags.count("script") == 1
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert") > 100
    assert {tag for tag in shown.tags if tag in ("iframe", "object", "embed", "form")} == {"form"}  # the dialog's own


@pytest.mark.parametrize("gone", ["bench.pass_at_k", "ops.model_calls", "ops.releases"])
def test_a_table_that_is_not_there_is_named_and_the_rest_is_shown(gone):
    with in_memory(leave_out=(gone,)) as source:
        text = report(source, database="p.duckdb")
    assert f"Not materialized: {gone}." in text
    assert text.count("Not materialized: ") <= 4
    assert Page(text).numbers


def test_an_empty_warehouse_gives_a_report_that_says_so():
    with in_memory(leave_out=tuple(TABLES)) as source:
        text = report(source, database="p.duckdb")
    assert "No table was published in this file yet." in text
    named = set(re.findall(r"[a-z]+\.[a-z_]+", " ".join(re.findall(r"Not materialized: (.*?)\.<", text))))
    assert named <= set(TABLES)
    assert {"bench.scores", "personas.fidelity", "feedback.preference_pairs"} <= named
    assert Page(text).numbers == []


def test_a_table_of_another_version_is_told_of_and_the_rest_is_shown():
    with in_memory() as source:
        source.connection.execute("ALTER TABLE bench.pass_at_k DROP COLUMN n_left_out")
        text = report(source, database="p.duckdb")
    assert "another version made them" in text
    assert "n_left_out" in text
    assert Page(text).numbers


def test_a_value_that_is_not_there_shows_its_reason():
    reason = "nothing was scored, <b>honestly</b>"
    with in_memory({"bench.scores": {"accuracy": None, "low": None, "high": None, "reason": reason}}) as source:
        text = report(source, database="p.duckdb")
    modes = text.split('id="t-bench-modes"')[1].split("</table>")[0]
    assert modes.count("nothing was scored, &lt;b&gt;honestly&lt;/b&gt;") == 2
    assert 'data-column="accuracy"' not in modes


def test_a_cost_that_is_not_known_is_no_zero():
    unknown = {"cost_usd": None, "cost_reason": "no price for this model", "status": "ok"}
    with in_memory({"ops.model_calls": unknown}) as source:
        text = report(source, database="p.duckdb")
    assert "no price for this model" in text
    assert 'data-column="cost_usd"' not in text


def test_without_a_warehouse_there_is_one_clear_error_and_no_file(tmp_path):
    said = cli("report", "--database", tmp_path / "none.duckdb", "--output", tmp_path / "r.html")
    refused(said, "none.duckdb", "no warehouse file")
    assert not (tmp_path / "r.html").exists()


def test_a_folder_is_no_place_for_a_report(database, tmp_path):
    refused(cli("report", "--database", database, "--output", tmp_path), "it is a folder")


def test_what_the_paper_prints_says_where_and_is_ours_or_says_why_not():
    values = printed()
    assert len({one.what for one in values}) == len(values)
    for one in values:
        assert re.search(r"section|figure|table|not printed", one.where), one.what
        assert one.query or one.unlike, one.what


def test_the_asset_waits_for_every_table_the_report_reads():
    assert set(tables_read()) <= set(TABLES)
    assert {"bench.leaderboard", "agreement.kappa_matrix", "ops.releases", "census.margins"} <= set(tables_read())


def test_times_are_shown_in_utc_to_the_minute():
    at = pd.Timestamp("2026-03-01 23:59:59")
    with in_memory({"ops.releases": {"released_at": at}}) as source:
        assert "2026-03-01 23:59" in report(source, database="p.duckdb")
