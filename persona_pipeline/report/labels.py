"""What is made up: which tables hold rows that a simulated model or an invented census extract had a part in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from persona_pipeline.report.queries import Answer, Query, union
from persona_pipeline.schemas.tables import TABLES


def _marked(label: str) -> Callable[[str], str]:
    """SQL that counts a table's rows with a label, and those that somebody was asked for and that lack it."""

    def select(table: str) -> str:
        asked = " AND status <> 'not_asked'" if "status" in TABLES.get(table).column_names else ""
        counts = f"count(*) FILTER ({label}) AS marked, count(*) FILTER (NOT {label}{asked}) AS unmarked"
        return f"SELECT '{table}' AS table_name, {counts}, count(*) AS n_rows FROM {table}"

    return select


SIMULATED = Query(
    "simulated",
    "Which tables hold rows that a simulated model or rater had a part in?",
    union(_marked("simulated"), "simulated", "table_name"),
)
SYNTHETIC = Query(
    "synthetic",
    "Which tables hold people of the embedded synthetic census extract?",
    union(_marked("synthetic"), "synthetic", "table_name"),
)


@dataclass(frozen=True)
class Label:
    """How much of some tables is made up.

    Args:
        kind: simulated or synthetic.
        tables: those with marked rows.
        whole: whether no row of any of the tables is by a real model, a real person, or about one.
    """

    kind: str
    tables: tuple[str, ...]
    whole: bool

    @property
    def words(self) -> str:
        return WORDS[self.kind] if self.whole else f"{self.kind.capitalize()} in part"


WORDS = {
    "simulated": "Simulated: no real model or person was asked",
    "synthetic": "Synthetic people: an invented census extract",
}


def labels_of(tables: Iterable[str], answers: Iterable[Answer]) -> list[Label]:
    """The labels that these tables need; none where no row is marked.

    Args:
        answers: of SIMULATED and SYNTHETIC.
    """
    wanted, found = set(tables), []
    for answer in answers:
        own = [(table, marked, unmarked) for table, marked, unmarked, _ in answer.rows if table in wanted]
        tables_marked = tuple(table for table, marked, _ in own if marked)
        if tables_marked:
            found.append(Label(answer.query.name, tables_marked, whole=not any(unmarked for *_, unmarked in own)))
    return found
