"""Tables of people read some states at a time, because a nation of them does not fit in memory."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from persona_pipeline.schemas.census import HOUSEHOLDS, PERSONS, POPULATION, REPLICATE_WEIGHTS
from persona_pipeline.schemas.tables import Table
from persona_pipeline.warehouse.ddl import qualified, quoted
from persona_pipeline.warehouse.file import WarehouseFile

ROWS = 100_000  # of persons, read at once unless one state has more
WORDS = 20_000  # a text column with more distinct values identifies rows
States = tuple[str, ...]
AMONG = "state IN (SELECT unnest(?))"
OF_STATES = {  # which rows of a table belong to states, by their codes in persons and their names in population
    PERSONS.path: AMONG,
    POPULATION.path: AMONG,
    HOUSEHOLDS.path: f"serialno IN (SELECT serialno FROM {qualified(PERSONS)} WHERE {AMONG})",
    REPLICATE_WEIGHTS.path: f"person_id IN (SELECT person_id FROM {qualified(POPULATION)} WHERE {AMONG})",
}


@dataclass(frozen=True)
class Kept:
    """One table of a warehouse file.

    Args:
        rows: as many of which make a part; a state is never divided.
    """

    file: WarehouseFile
    table: Table
    rows: int = ROWS

    def __len__(self) -> int:
        with self.file.connect(self.table) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {qualified(self.table)}").fetchall()[0][0])

    def states(self) -> list[States]:
        """The states of census.persons or census.population, in the order of their first rows, small ones together."""
        counted = f"SELECT state, count(*) FROM {qualified(self.table)} GROUP BY state ORDER BY min(rowid)"
        parts: list[States] = []
        room = 0
        with self.file.connect(self.table) as connection:
            for state, n in connection.execute(counted).fetchall():
                parts = [*parts[:-1], (*parts[-1], state)] if n <= room else [*parts, (state,)]
                room = room - n if n <= room else self.rows - n
        return parts

    def of(self, states: States) -> pd.DataFrame:
        """The rows of some states, in their order."""
        with self.file.connect() as connection:
            query = f"SELECT {_names(self.table)} FROM {qualified(self.table)} WHERE {OF_STATES[self.table.path]}"
            return self.table.conform(connection.execute(query, [list(states)]).df())

    def parts(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Every row once, some states at a time; texts as categoricals, but for those that identify rows."""
        groups = self.states()
        with self.file.connect() as connection:
            told = [self._coded(connection, name) for name in columns]
            query = f"SELECT {', '.join(told)} FROM {qualified(self.table)} WHERE {OF_STATES[self.table.path]}"
            for states in groups:
                yield connection.execute(query, [list(states)]).df()

    def _coded(self, connection: duckdb.DuckDBPyConnection, name: str) -> str:
        """SQL for a column: a text as one of an enumeration of all its values, where they are few."""
        is_text = self.table.column(name).sql_type == "VARCHAR" and name not in self.table.key
        if not is_text or self._distinct(connection, name) > WORDS:
            return quoted(name)
        kind = quoted(f"values of {name}")
        there = f"SELECT DISTINCT {quoted(name)} FROM {qualified(self.table)} WHERE {quoted(name)} IS NOT NULL"
        connection.execute(f"CREATE TEMP TYPE {kind} AS ENUM ({there} ORDER BY 1)")
        return f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}"

    def _distinct(self, connection: duckdb.DuckDBPyConnection, name: str) -> int:
        counted = f"SELECT approx_count_distinct({quoted(name)}) FROM {qualified(self.table)}"
        return int(connection.execute(counted).fetchall()[0][0])

    def records(self, person_ids: Collection[str]) -> pd.DataFrame:
        """The whole rows of some people."""
        with self.file.connect(self.table) as connection:
            connection.register("wanted", pd.DataFrame({"value": sorted(set(person_ids))}, dtype=object))
            query = f"SELECT {_names(self.table)} FROM {qualified(self.table)} WHERE person_id IN (FROM wanted)"
            return self.table.conform(connection.execute(query).df())


def _names(table: Table) -> str:
    return ", ".join(quoted(name) for name in table.column_names)
