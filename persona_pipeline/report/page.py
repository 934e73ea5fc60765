"""The whole report: one HTML file that needs nothing else, made from the tables."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from persona_pipeline.report.blocks import Section
from persona_pipeline.report.cells import value
from persona_pipeline.report.labels import SIMULATED, SYNTHETIC, Label, labels_of
from persona_pipeline.report.queries import Answer, Query, Source, ask
from persona_pipeline.report.sections import SECTIONS
from persona_pipeline.report.views import View, command, view

LARGEST_BYTES = 5_000_000
PERIOD = Query(
    "period",
    "When were these tables published, first and last, and in how many runs?",
    """SELECT min(released_at) AS first, max(released_at) AS last, count(DISTINCT run_id) AS runs,
       count(DISTINCT table_name) AS tables FROM ops.releases""",
)
ALWAYS = (SIMULATED, SYNTHETIC, PERIOD)


def report(source: Source, *, database: str) -> str:
    """The HTML text; the same tables give the same text.

    Args:
        database: the file's name, for commands that a reader can type.
    """
    chosen = sections()
    there = source.tables()
    queries = _unique([*ALWAYS, *(query for section in chosen for query in section.queries)])
    answers = {query.name: ask(query, source, there) for query in queries}
    marks = [answers[SIMULATED.name], answers[SYNTHETIC.name]]
    labels = {name: labels_of(answer.reads, marks) for name, answer in answers.items()}
    shown = [_section(section, answers, labels, marks) for section in chosen]
    return (
        _environment()
        .get_template("report.html")
        .render(
            database=database,
            version=_version(),
            sections=shown,
            period=_period(answers[PERIOD.name]),
            made_up=labels_of(there, marks),
            queries=[_query(answers[query.name], database, chosen) for query in queries],
            style=Markup(_text("report.css")),
            script=Markup(_text("report.js")),
            policy=_policy(),
        )
    )


def sections() -> list[Section]:
    """Every section, in its place."""
    return sorted((section for _, section in SECTIONS.items()), key=lambda section: (section.order, section.name))


def tables_read() -> list[str]:
    """The tables that any part of the report reads."""
    return sorted({table for section in sections() for query in section.queries for table in query.reads})


def _unique(queries: Iterable[Query]) -> list[Query]:
    found: dict[str, Query] = {}
    for query in queries:
        if found.setdefault(query.name, query) is not query:
            raise TypeError(f"two queries of the report are called {query.name}")
    return list(found.values())


def _section(
    section: Section, answers: dict[str, Answer], labels: dict[str, list[Label]], marks: Sequence[Answer]
) -> View:
    tables = {table for query in section.queries for table in answers[query.name].reads}
    return {
        "name": section.name,
        "title": section.title,
        "lead": section.lead,
        "paper": section.paper,
        "labels": labels_of(tables, marks),
        "blocks": [view(block, answers, labels) for block in section.blocks],
    }


def _period(answer: Answer) -> View | None:
    if not answer.rows or answer.value(0, "first") is None:
        return None
    shown = {name: value(answer, 0, name, "count", by_keyboard=True) for name in ("tables", "runs")}
    shown |= {name: value(answer, 0, name, "when") for name in ("first", "last")}
    return {**shown, "run_word": "run" if answer.value(0, "runs") == 1 else "runs"}


def _query(answer: Answer, database: str, chosen: Sequence[Section]) -> View:
    used = [section for section in chosen if answer.query in section.queries]
    return {
        "name": answer.query.name,
        "question": answer.query.question,
        "sql": answer.sql,
        "reads": answer.reads,
        "n_rows": len(answer.rows),
        "missing": answer.missing,
        "problem": answer.problem,
        "command": command(answer.sql, database),
        "used": used[0].name if used else "top",
        "used_title": used[0].title if used else "the top of this page",
    }


def _policy() -> str:
    """What the page may load: nothing but itself, and no script but ours, even if a text got through as markup."""
    hashes = [f"'sha256-{_hash(_text(name))}'" for name in ("report.css", "report.js")]
    return f"default-src 'none'; img-src data:; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


@cache
def _text(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text("utf-8")


def _version() -> str:
    try:
        return version("persona-pipeline")
    except PackageNotFoundError:
        return "not installed"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
