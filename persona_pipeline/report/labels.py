"""What is made up: which tables hold rows that a simulated model or an invented census extract had a part in."""

from collections.abc import Iterable
from dataclasses import dataclass

from persona_pipeline.report.queries import Answer, Query, union

SIMULATED = Query(
    "simulated",
    "Which tables hold rows that a simulated model or rater had a part in?",
    union(
        lambda table: (
            f"SELECT '{table}' AS table_name, count(*) FILTER (simulated) AS marked, count(*) AS n_rows FROM {table}"
        ),
        "simulated",
        "table_name",
    ),
)
SYNTHETIC = Query(
    "synthetic",
    "Which tables hold people of the embedded synthetic census extract?",
    union(
        lambda table: (
            f"SELECT '{table}' AS table_name, count(*) FILTER (synthetic) AS marked, count(*) AS n_rows FROM {table}"
        ),
        "synthetic",
        "table_name",
    ),
)


@dataclass(frozen=True)
class Label:
    """How much of some tables is made up.

    Args:
        kind: simulated or synthetic.
        tables: those with marked rows.
        whole: whether every row of them is marked.
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
        marked = [(table, n, rows) for table, n, rows in answer.rows if table in wanted and n]
        if marked:
            whole = all(n == rows for _, n, rows in marked)
            found.append(Label(answer.query.name, tuple(table for table, _, _ in marked), whole))
    return found
