"""Tables of people read a state at a time, because a nation of them does not fit in memory."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from persona_pipeline.schemas.census import HOUSEHOLDS, PERSONS, POPULATION, REPLICATE_WEIGHTS
from persona_pipeline.schemas.tables import Table
from persona_pipeline.warehouse.ddl import qualified, quoted
from persona_pipeline.warehouse.file import WarehouseFile

OF_STATE = {  # which rows of a table belong to a state, by its code in persons and its name in population
    PERSONS.path: "state = ?",
    POPULATION.path: "state = ?",
    HOUSEHOLDS.path: f"serialno IN (SELECT serialno FROM {qualified(PERSONS)} WHERE state = ?)",
    REPLICATE_WEIGHTS.path: f"person_id IN (SELECT person_id FROM {qualified(POPULATION)} WHERE state = ?)",
}


@dataclass(frozen=True)
class Kept:
    """One table of a warehouse file."""

    file: WarehouseFile
    table: Table

    def __len__(self) -> int:
        self._check()
        return int(self.file.query(f"SELECT count(*) AS n FROM {qualified(self.table)}")["n"][0])

    def states(self) -> list[str]:
        """The states of census.persons or census.population, in the order of their first rows."""
        self._check()
        with self.file.connect() as connection:
            found = connection.execute(
                f"SELECT state FROM {qualified(self.table)} GROUP BY state ORDER BY min(rowid)"
            ).fetchall()
        return [state for (state,) in found]

    def of(self, state: str) -> pd.DataFrame:
        """The rows of one state, in their order."""
        with self.file.connect() as connection:
            query = f"SELECT {_names(self.table)} FROM {qualified(self.table)} WHERE {OF_STATE[self.table.path]}"
            return self.table.conform(connection.execute(query, [state]).df())

    def parts(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Every row once, a state at a time; texts as categoricals, but for what identifies a row."""
        states = self.states()
        with self.file.connect() as connection:
            told = [self._coded(connection, name) for name in columns]
            query = f"SELECT {', '.join(told)} FROM {qualified(self.table)} WHERE {OF_STATE[self.table.path]}"
            for state in states:
                yield connection.execute(query, [state]).df()

    def _coded(self, connection: duckdb.DuckDBPyConnection, name: str) -> str:
        """SQL for a column: a text as one of an enumeration of all its values."""
        if self.table.column(name).sql_type != "VARCHAR" or name in self.table.key:
            return quoted(name)
        kind = quoted(f"values of {name}")
        there = f"SELECT DISTINCT {quoted(name)} FROM {qualified(self.table)} WHERE {quoted(name)} IS NOT NULL"
        connection.execute(f"CREATE TEMP TYPE {kind} AS ENUM ({there} ORDER BY 1)")
        return f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}"

    def records(self, person_ids: Collection[str]) -> pd.DataFrame:
        """The whole rows of some people."""
        self._check()
        with self.file.connect() as connection:
            connection.register("wanted", pd.DataFrame({"value": sorted(set(person_ids))}, dtype=object))
            query = f"SELECT {_names(self.table)} FROM {qualified(self.table)} WHERE person_id IN (FROM wanted)"
            return self.table.conform(connection.execute(query).df())

    def _check(self) -> None:
        if not self.file.has(self.table):
            self.file.read(self.table)  # says what is missing


def _names(table: Table) -> str:
    return ", ".join(quoted(name) for name in table.column_names)
