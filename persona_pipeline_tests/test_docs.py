"""Documents are as their generators would write them now, and what they tell people to type works."""

import re
import shutil

import duckdb
import pytest
import yaml

from benchmarks.costs import costs, printed
from persona_pipeline.llm.prices import read_prices
from persona_pipeline.resources import Parts
from persona_pipeline.schemas.dictionary import data_dictionary
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


@pytest.mark.parametrize(("question", "sql"), queries("query.md"), ids=lambda text: text.splitlines()[0][:60])
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


def test_the_guide_answers_at_least_twenty_questions():
    assert len(queries("query.md")) >= 20


def test_what_larger_datasets_cost_is_what_the_command_prints():
    assert printed() in (ROOT / "docs" / "scale.md").read_text("utf-8"), "python -m benchmarks.costs says otherwise"


def test_costs_grow_with_pairs_as_the_measured_figures_say():
    one, ten = (costs(n, model="sim-a", prices=read_prices(), requests_per_s=50, within_h=24) for n in (1, 10))
    assert one.pairs == 317_200
    assert round(one.memory_gb, 2) == 2.07  # measured: 2,072 MB
    assert round(one.file_gb, 2) == 0.24  # measured: 240 MB
    assert round(ten.memory_gb - one.memory_gb, 1) == 10.9  # 9 × 317,200 pairs of 3.81 kB
    assert one.dollars == 0  # a simulated model


def test_every_run_configuration_in_the_guide_to_scale_fits():
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    found = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    parts = [one["resources"]["parts"]["config"] for one in found if "resources" in one]
    assert len(parts) == 2
    for config in parts:
        assert Parts(**config).store() is not None
