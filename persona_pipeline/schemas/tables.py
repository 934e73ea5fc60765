"""A table: columns with a name, a key and a description."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from persona_pipeline.errors import GateError
from persona_pipeline.registry import Registry
from persona_pipeline.schemas.fields import Column

RUN_ID = Column(
    name="run_id",
    sql_type="VARCHAR",
    nullable=False,
    description="The Dagster run that published this row; not part of what the row says.",
)


@dataclass(frozen=True)
class Table:
    """One table of the warehouse, `schema`.`name`; its asset has the same key.

    Args:
        columns: what a row holds; publishing appends `run_id`.
        key: the columns that identify a row.
        description: what a row is and where it comes from, for people who query the table.
        min_rows: fewer rows than this are not admitted.
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    description: str
    min_rows: int = 1

    @property
    def path(self) -> str:
        """`schema.name`, as SQL and messages write it."""
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def frame(self, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
        """Rows given as mappings, as a frame with this table's columns and types."""
        return self.conform(pd.DataFrame(list(rows), columns=self.column_names, dtype=object))

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with this table's columns, in order and typed; an index from 0.

        Raises GateError when a column is missing or unknown, or holds a value that its type cannot.
        """
        missing = [name for name in self.column_names if name not in frame.columns]
        unknown = [name for name in frame.columns if name not in self.column_names]
        if missing or unknown:
            raise GateError(
                f"columns do not fit: missing {missing or 'none'}, unknown {unknown or 'none'}",
                where=self.path,
                expected=f"exactly {', '.join(self.column_names)}",
                fix="Rename, drop or add them in the function that makes this table.",
            )
        return pd.DataFrame({column.name: self._typed(column, frame[column.name]) for column in self.columns})

    def _typed(self, column: Column, values: pd.Series) -> pd.Series:
        values = values.reset_index(drop=True)
        try:
            if column.sql_type == "VARCHAR":
                return _texts(values)
            return values.astype(column.dtype)
        except (TypeError, ValueError) as exc:
            raise GateError(
                f"the column {column.name} holds a value that is no {column.sql_type}: {exc}",
                where=self.path,
                expected=f"{column.sql_type} ({column.description})",
                fix="Correct it in the function that makes this table.",
            ) from exc


def _texts(values: pd.Series) -> pd.Series:
    """Python strings and None in an object column: null stays null, and Great Expectations reads it fastest."""
    plain = values.astype(object)
    plain = plain.where(plain.notna(), None)
    if pd.api.types.infer_dtype(plain, skipna=True) not in ("string", "empty"):
        wrong = [value for value in plain if value is not None and not isinstance(value, str)]
        raise TypeError(f"{wrong[0]!r} is not text")
    return plain


TABLES: Registry[Table] = Registry("table", "persona_pipeline/schemas/")


def table(
    schema: str, name: str, columns: tuple[Column, ...], *, key: tuple[str, ...], description: str, min_rows: int = 1
) -> Table:
    """Defines and registers a table; its name is a contract with users' SQL."""
    names = [column.name for column in columns]
    wrong = [part for part in key if part not in names] + [name for name in set(names) if names.count(name) > 1]
    if wrong:
        raise TypeError(f"{schema}.{name}: unknown key or repeated column: {wrong}")
    return TABLES.register(f"{schema}.{name}", Table(schema, name, columns, key, description, min_rows))
