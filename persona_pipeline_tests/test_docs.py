"""Documents are as their generators would write them now, and what they tell people to type works."""

import re
import shlex
import shutil

import duckdb
import pytest
import typer

from persona_pipeline.cli.commands import app
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


def commands(guide: str) -> list[list[str]]:
    """The words of every `persona-pipeline …` command of a guide, as a shell would pass them on."""
    text = (ROOT / "docs" / "guides" / guide).read_text("utf-8")
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ")
    found = re.findall(r"^persona-pipeline ((?:[^\n\"]|\"[^\"]*\")*)", blocks, re.MULTILINE)
    return [
        shlex.split(command.split(" > ")[0].replace("$ENDPOINT", "http://x/v1"), comments=True) for command in found
    ]


@pytest.mark.parametrize("words", commands("bench.md"), ids=lambda words: words[0])
def test_every_command_of_the_benchs_guide_is_one_that_there_is(words):
    group = typer.main.get_command(app)
    context = group.make_context("persona-pipeline", [], resilient_parsing=True)
    name, command, rest = group.resolve_command(context, words)
    assert command.make_context(name, rest, parent=context).args == []  # an unknown option raises


def test_the_benchs_guide_has_its_commands():
    assert [words[0] for words in commands("bench.md")] == ["estimate", "run", "bench", "query", "bench", "bench"]
