import json
import re
import sqlite3
from pathlib import Path

import pytest

from persona_pipeline.study.app import answers, raters
from persona_pipeline.study.app.answers import Given
from persona_pipeline.study.app.store import Store
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import PAIRS, PERSONAS, Published, published
from persona_pipeline_tests.cli.running import cli, refused


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


@pytest.fixture
def database(shared: Published, tmp_path: Path) -> Path:
    return shared.copied_to(tmp_path)


def rate(file: Path, link: str) -> str:
    """Consents over a link and answers A to everything but attention checks, as asked; gives the rater's id."""
    store = Store.open(file)
    with store.changing() as db:
        rater = raters.by_token(db, link.rpartition("/")[2])
        assert rater is not None
        raters.consent(db, rater, "terms", 1.0)
        rater = raters.by_number(db, rater.rater)
        expected = db.execute(
            "SELECT position, coalesce(expected, 'A') FROM place_items JOIN items USING (item_id) WHERE place = ?",
            (rater.place,),
        ).fetchall()
        assert len(expected) == rater.items
        for position, side in expected:
            answers.submit(db, rater, position, Given(side, "because", 0, None), 2.0)
        raters.finish(db, raters.by_number(db, rater.rater), 3.0)
    store.close()
    return rater.rater_id


def test_links_are_printed_once_and_the_design_is_taken_from_the_warehouse(database):
    made = cli("study", "links", "--database", database, "--public-url", "https://study.example.org/")
    links = made.out.split()
    assert len(links) == len(set(links)) == PERSONAS * 4  # 4 raters a persona
    assert all(link.startswith("https://study.example.org/r/") for link in links)
    more = cli("study", "links", "--raters", 2, "--database", database).out.split()
    assert len(more) == 2
    file = database.with_name("p.study.sqlite")
    (again,) = cli("study", "links", "--rater", rate(file, links[0]), "--database", database).out.split()
    store = Store.open(file)
    with store.reading() as db:
        assert raters.by_token(db, links[0].rpartition("/")[2]) is None  # the old link stopped working
        assert raters.by_token(db, again.rpartition("/")[2]) is not None
    store.close()
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT count(*) FROM items").fetchone()[0] >= PERSONAS * PAIRS
        assert db.execute("SELECT count(*) FROM raters").fetchone() == (PERSONAS * 4 + 2,)


def test_what_people_rated_stands_in_the_ratings_beside_everybody_elses(database):
    file = database.with_name("p.study.sqlite")
    first, second, *_ = cli("study", "links", "--database", database).out.split()
    rater, released = rate(file, first), rate(file, second)
    cli("study", "release", released, "--database", database)
    said = cli("study", "import", file, "--from", "study_store", "--database", database)
    assert said.exit_code == 0, said.everything
    assert re.search(r" (\d+) ratings of 1 raters: released\n", said.out)[1] >= str(PAIRS)  # with checks and repeats
    ran = cli("run", "--select", 'key:"agreement/ratings"', "--database", database)
    assert ran.exit_code == 0, ran.everything
    _, rows = WarehouseFile(database).rows(
        "SELECT rater_id, simulated, count(*), min(choice) FROM agreement.ratings "
        "WHERE source = 'study_store' GROUP BY ALL"
    )
    assert (rater, False) in {row[:2] for row in rows}


def test_exports_and_deletion_work_while_nobody_serves(database):
    file = database.with_name("p.study.sqlite")
    first, *_ = cli("study", "links", "--raters", 1, "--database", database).out.split()
    rater = rate(file, first)
    exported = [json.loads(line) for line in cli("study", "export", "--database", database).out.splitlines()]
    assert {row["rater_id"] for row in exported} == {rater}
    assert f"{len(exported)} answers of 1 raters deleted" in cli("study", "forget", rater, "--database", database).out
    assert cli("study", "export", "--database", database).out == ""
    assert cli("study", "tasks", "--database", database).out.count('"question"') >= PERSONAS * PAIRS


def test_what_cannot_be_is_one_clear_error(database, tmp_path):
    refused(cli("study", "links", "--database", tmp_path / "none.duckdb"), "no warehouse file")
    refused(cli("study", "release", "nobody", "--database", database), "there is no study here")
    cli("study", "links", "--database", database)
    refused(cli("study", "release", "nobody", "--database", database), "nobody goes by 'nobody'")
    refused(cli("study", "links", "--raters-per-persona", 2, "--database", database), "this one has begun")
    refused(cli("study", "serve", "--database", database, PERSONA_STUDY_SECRET="short"), "5 characters", "16 or more")
    refused(cli("study", "serve", "--store", database), "not a database")
    refused(cli("study", "import", "x.csv", "--from", "table", "--database", database), "x.csv", "cannot be read")
