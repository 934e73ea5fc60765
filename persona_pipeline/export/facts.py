"""What a dataset card says of a dataset, as counted in the tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]


@dataclass(frozen=True)
class Facts:
    """Figures by name; a table that was never published gives no rows.

    Args:
        tables: the tables that are there, as schema.name.
        splits: rows by split, as exported.
    """

    tables: frozenset[str]
    splits: Mapping[str, int]
    found: Mapping[str, Rows]

    def rows(self, name: str) -> Rows:
        return self.found[name]

    def one(self, name: str) -> Any:
        """The only value of a one-row answer; None when there is none."""
        rows = self.found[name]
        return rows[0][0] if rows else None


QUERIES: dict[str, tuple[str, str]] = {  # the table it needs, and the question
    "personas": ("personas.personas", "SELECT count(*) FROM personas.personas"),
    "synthetic": ("personas.personas", "SELECT coalesce(bool_or(synthetic), false) FROM personas.personas"),
    "census": (
        "personas.personas",
        "SELECT vintage, count(*) FROM personas.personas GROUP BY 1 ORDER BY 1",
    ),
    "simulated": (
        "feedback.preference_pairs",
        "SELECT coalesce(bool_or(simulated), false) FROM feedback.preference_pairs",
    ),
    "models": (
        "feedback.preference_pairs",
        "SELECT model, count(*) FROM feedback.preference_pairs GROUP BY 1 ORDER BY 2 DESC, 1",
    ),
    "seeds": ("feedback.preference_pairs", "SELECT DISTINCT seed FROM feedback.preference_pairs ORDER BY 1"),
    "assigned": ("feedback.assignments", "SELECT count(*) FROM feedback.assignments"),
    "pairs": ("feedback.preference_pairs", "SELECT count(*) FROM feedback.preference_pairs"),
    "sources": (
        "prompts.candidates",
        "SELECT source, licence, count(*) FROM prompts.candidates WHERE prompt_id IN "
        "(SELECT prompt_id FROM feedback.preference_pairs) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
    ),
    "templates": (
        "feedback.revisions",
        "SELECT DISTINCT template FROM (SELECT template FROM feedback.critiques UNION ALL "
        "SELECT template FROM feedback.revisions) WHERE template IS NOT NULL ORDER BY 1",
    ),
    "judged": (
        "feedback.judgements",
        "SELECT judge, count(prefers_revision), avg(prefers_revision::INT), bool_or(simulated) "
        "FROM feedback.judgements GROUP BY 1 ORDER BY 1",
    ),
    "fidelity": (
        "personas.fidelity",
        "SELECT attribute, total_variation, expected_total_variation, corrected_p FROM personas.fidelity ORDER BY 1",
    ),
    "agreement": (
        "agreement.scores",
        "SELECT rater_1, rater_2, value, low, high, n_items, simulated FROM agreement.scores "
        "WHERE metric = 'cohen_kappa' AND comparison = 'human_model' ORDER BY 1, 2",
    ),
    "releases": (
        "ops.releases",
        "SELECT table_name, arg_max(content, released_at) FROM ops.releases WHERE table_name IN "
        "('personas.personas', 'prompts.prompts', 'feedback.preference_pairs') GROUP BY 1 ORDER BY 1",
    ),
}


def facts(ask: Ask, splits: Mapping[str, int]) -> Facts:
    """The figures of a warehouse.

    Args:
        ask: gives the rows of an SQL query.
    """
    tables = frozenset(
        f"{schema}.{name}" for schema, name in ask("SELECT schema_name, table_name FROM duckdb_tables()")
    )
    return Facts(tables, splits, {name: ask(sql) if table in tables else [] for name, (table, sql) in QUERIES.items()})
