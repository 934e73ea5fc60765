"""Documents are as their generators would write them now, and what they tell people to type works."""

import itertools
import re
import shutil

import dagster as dg
import duckdb
import pytest
import yaml

from persona_pipeline.definitions import build
from persona_pipeline.quality.drifts import DRIFTS, Drift
from persona_pipeline.schedules import SCHEDULES
from persona_pipeline.schemas.dictionary import data_dictionary
from persona_pipeline.sensors import SENSORS
from persona_pipeline_tests.cli.published import published
from persona_pipeline_tests.cli.running import ROOT

DICTIONARY = ROOT / "docs" / "data_dictionary.md"


def test_the_data_dictionary_is_fresh():
    written = DICTIONARY.read_text("utf-8") if DICTIONARY.exists() else ""
    assert written == data_dictionary(), "docs/data_dictionary.md is stale: run `make docs`"


def queries(guide: str) -> list[tuple[str, str]]:
    """The SQL of a guide, each with the sentence before it."""
    text = (ROOT / "docs" / "guides" / guide).read_text("utf-8")
    found = re.findall(r"([^\n]+)\n\n```sql\n(.*?)```", text, re.DOTALL)
    assert len(found) == text.count("```sql"), "a query has no sentence before it"
    return found


def statements(sql: str) -> list[str]:
    return [part.strip() for part in sql.split(";") if part.strip()]


@pytest.mark.parametrize(
    ("question", "sql"), [*queries("query.md"), *queries("automation.md")], ids=lambda text: text.splitlines()[0][:60]
)
def test_every_query_of_the_guide_runs_on_a_published_warehouse(tmp_path_factory, tmp_path, question, sql):
    database = published(tmp_path_factory).database
    with duckdb.connect(str(database), read_only=True) as connection:
        for statement in statements(
            sql.replace("'other.duckdb'", f"'{shutil.copy(database, tmp_path / 'other.duckdb')}'")
        ):
            connection.execute(statement)
        names = [column[0] for column in connection.description]
        connection.fetchall()
    assert len(names) == len(set(names)), f"two columns of one name: {question}"


AUTOMATION = (ROOT / "docs" / "guides" / "automation.md").read_text("utf-8")


def cells(heading: str) -> list[list[str]]:
    """The rows of the guide's table with this heading, without backticks."""
    below = AUTOMATION.partition(f"\n{heading}\n")[2].splitlines()[1:]
    rows = itertools.takewhile(lambda line: line.startswith("|"), below)
    return [[cell.strip().replace("`", "") for cell in row.strip("|").split("|")] for row in rows]


def test_the_guide_to_automation_has_every_switch_and_every_limit():
    switches = [
        name for row in cells("| switch | kind | when (UTC) | what | asks a model |") for name in row[0].split(", ")
    ]
    assert sorted(switches) == sorted(each.name for each in (*SCHEDULES, *SENSORS))
    limits = cells("| table | check | figures | warns beyond | keeps out beyond |")
    said = {(table, check, warn, error) for table, check, _, warn, error in limits}
    known = {(path, d.check, *(shown(limit, d) for limit in (d.warn, d.error))) for path, d in DRIFTS.items()}
    assert said == known


def shown(limit: float, drift: Drift) -> str:
    return f"{limit * 100:.0f} %" if drift.relative else f"{limit:.2f}"


@pytest.mark.parametrize("config", re.findall(r"```yaml\n(.*?)```", AUTOMATION, re.DOTALL))
def test_every_configuration_of_the_guide_is_accepted(config):
    dg.validate_run_config(build().resolve_job_def("everything"), yaml.safe_load(config))


def test_the_guide_answers_at_least_twenty_questions():
    assert len(queries("query.md")) >= 20
