"""Documents are as their generators would write them now, and what they tell people to type works."""

import itertools
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import typer
import yaml

from benchmarks.costs import costs, printed
from persona_pipeline.cli import app
from persona_pipeline.definitions import build
from persona_pipeline.llm.prices import read_prices
from persona_pipeline.quality.drifts import DRIFTS, Drift
from persona_pipeline.resources import Parts
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


DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if path != DICTIONARY),
    *sorted((ROOT / "deploy").rglob("*.md")),
]
COMMANDS = typer.main.get_command(app)


def shell_lines(text: str) -> Iterator[str]:
    """What a document tells people to type: lines of its sh blocks and indented ones, and commands in its sentences."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        yield from _whole(block.replace("\\\n", " ").splitlines())
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    yield from re.findall(r"^ {4}(persona-pipeline .*)$", outside.replace("\\\n", " "), re.MULTILINE)
    yield from re.findall(r"`((?:\S+=\S+ )*(?:persona-pipeline|make) [^`\n]+)`", outside)


def _whole(lines: list[str]) -> Iterator[str]:
    """The lines, those in one pair of quotation marks together."""
    held = ""
    for line in lines:
        held = f"{held} {line}".strip()
        if held.count('"') % 2 == 0:
            yield held
            held = ""


def typed(program: str) -> list[tuple[str, str]]:
    """Every use of a program in the documents: where, and its arguments as typed."""
    found = []
    for document in DOCUMENTS:
        for line in shell_lines(document.read_text("utf-8")):
            after = re.match(rf"\s*(?:\S+=\S+ +)*(?:\S*/)?{program}(?: +(.*))?$", line)
            if after and "|" not in (after[1] or "").split("'")[0].split('"')[0]:
                found.append((str(document.relative_to(ROOT)), after[1] or ""))
    return found


def refusal(command: Any, arguments: list[str], name: str = "persona-pipeline") -> str:
    """What the program's own parser says against these arguments; empty when it takes them. Nothing is run."""
    try:
        context = command.make_context(name, list(arguments))
        if not hasattr(command, "commands"):
            return ""
        below, chosen, others = command.resolve_command(context, [*context._protected_args, *context.args])
    except Exception as exc:  # click's own errors, or those of the copy of click that newer versions of typer hold
        if type(exc).__name__ == "NoArgsIsHelpError":  # a group of commands by its name
            return ""
        return exc.format_message() if hasattr(exc, "format_message") else repr(exc)
    return refusal(chosen, others, below)


def test_a_command_that_the_program_does_not_take_is_found():
    for arguments in ("run --nope", "nonsense", "study serve --prot 1", "query", "ledger show --x", "run --personas x"):
        assert refusal(COMMANDS, arguments.split()), arguments
    assert not refusal(COMMANDS, ["study"])
    assert not refusal(COMMANDS, ["run", "--personas", "3"])


def _in_words(arguments: str) -> list[str]:
    words = shlex.split(arguments, comments=True)
    cut = next((place for place, word in enumerate(words) if word in (">", "&", "|", ";", "&&")), len(words))
    return words[:cut]


@pytest.mark.parametrize(("where", "arguments"), sorted(set(typed("persona-pipeline"))))
def test_every_command_of_the_documents_is_one_that_the_program_takes(where: str, arguments: str, monkeypatch):
    monkeypatch.chdir(ROOT)
    words = _in_words(arguments)
    if "…" in arguments or not words:  # a command in general, and not one to type
        return
    said = refusal(COMMANDS, words)
    named_only = said.startswith("Missing") and not any(word.startswith("-") for word in words) and len(words) < 3
    assert not said or named_only, f"{where}: persona-pipeline {arguments}: {said}"


def test_the_documents_have_commands_to_check():
    assert len(typed("persona-pipeline")) > 60
    assert {where for where, _ in typed("persona-pipeline")} >= {"README.md", "docs/guides/operate.md"}


@pytest.mark.parametrize(("where", "arguments"), sorted(set(typed("make"))))
def test_every_make_target_of_the_documents_exists(where: str, arguments: str):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {word for word in _in_words(arguments) if "=" not in word}
    assert named <= targets, f"{where}: make {arguments}"


def test_every_sql_of_the_readme_and_the_guides_names_tables_and_columns_that_exist(tmp_path_factory):
    database = published(tmp_path_factory).database
    asked = [
        (where, next(word for word in words[1:] if " " in word))
        for where, words in ((where, _in_words(line)) for where, line in typed("persona-pipeline"))
        if words[:1] == ["query"] and "…" not in " ".join(words) and len(words) > 1
    ]
    assert len(asked) > 10, asked
    with duckdb.connect(str(database), read_only=True) as connection:
        for _, sql in asked:
            if "quarantine." not in sql:  # which is there once something was rejected
                connection.execute(f"EXPLAIN {sql}")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(document: Path):
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", document.read_text("utf-8")):
        file, _, anchor = target.partition("#")
        linked = (document.parent / file).resolve() if file else document
        assert linked.exists(), target
        if anchor and linked.suffix == ".md":
            assert anchor in headings(linked), target


def headings(document: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


def test_every_guide_is_in_the_site_and_in_the_readme():
    nav = (ROOT / "mkdocs.yml").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for guide in sorted((ROOT / "docs" / "guides").glob("*.md")):
        assert f": guides/{guide.name}" in nav, f"add a line to nav of mkdocs.yml: {guide.name}"
        assert f"docs/guides/{guide.name}" in readme, f"name it under More in the README: {guide.name}"


def test_the_readmes_picture_is_small_and_there():
    [picture] = re.findall(r"!\[[^\]]+\]\((docs/images/[^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert (ROOT / picture).stat().st_size < 300_000


def test_the_variables_of_the_example_file_are_those_that_settings_read():
    named = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    read = set(
        re.findall(r"\b(PERSONA_[A-Z_]+|HF_[A-Z]+)\b", (ROOT / "persona_pipeline/settings.py").read_text("utf-8"))
    )
    assert named >= read


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
