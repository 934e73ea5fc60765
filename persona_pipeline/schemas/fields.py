"""A field states type, bounds, levels, unit, source and wording once; everything else is derived from it.

The DuckDB DDL and its COMMENTs, the gate's rules, the data dictionary, the column metadata in the Dagster UI and the
sentences of a prompt all read the `Column`s that `columns_of` takes from a row model.
"""

import datetime
import inspect
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

SQL_TYPES: dict[type, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    datetime.datetime: "TIMESTAMP",
}
DTYPES: dict[str, str] = {  # pandas dtypes that keep null apart from zero and from the empty text
    "VARCHAR": "object",
    "BIGINT": "Int64",
    "DOUBLE": "Float64",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime64[us]",
}


Origin = Literal["census", "drawn", "written"]


class Row(BaseModel):
    """A row of one table: the fields are its columns, in this order."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Column:
    """What is known of one column.

    Args:
        nullable: whether null is allowed; null always means absent, never zero or "no".
        levels: the closed set of values, where there is one.
        at_least, at_most: inclusive bounds of a number.
        pattern: a regular expression that the whole text matches.
        min_length: the least number of characters of a text.
        unit: of a number ("US dollars of the survey year").
        source: where the fact comes from ("ACS PUMS AGEP", "PERSONA section 3.1").
        wording: how a prompt calls it ("place of birth").
        origin: of a persona's attribute: a census fact, drawn from a published distribution, or written by a model.
    """

    name: str
    sql_type: str
    nullable: bool
    description: str
    levels: tuple[str, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    pattern: str | None = None
    min_length: int | None = None
    unit: str | None = None
    source: str | None = None
    wording: str | None = None
    origin: Origin | None = None

    @property
    def dtype(self) -> str:
        return DTYPES[self.sql_type]

    @property
    def comment(self) -> str:
        """The description with unit and source, as `duckdb_columns()` and the UI show it."""
        notes = [f"Unit: {self.unit}." if self.unit else "", f"Source: {self.source}." if self.source else ""]
        return " ".join([self.description, *filter(None, notes)])


def column(
    description: str,
    *,
    unit: str | None = None,
    source: str | None = None,
    wording: str | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    pattern: str | None = None,
    min_length: int | None = None,
    levels: tuple[str, ...] | None = None,
    origin: Origin | None = None,
) -> Any:
    """The one place where a column is described; its type is the annotation, `| None` makes it nullable.

    A `Literal[...]` annotation gives the levels by itself; pass `levels` where they are data.
    """
    extra: dict[str, Any] = {
        "unit": unit,
        "source": source,
        "wording": wording,
        "levels": levels,
        "origin": origin,
    }
    return Field(
        description=description,
        ge=at_least,
        le=at_most,
        pattern=pattern,
        min_length=min_length,
        json_schema_extra={name: value for name, value in extra.items() if value is not None},
    )


def columns_of(row: type[Row], *, only: Iterable[str] | None = None) -> tuple[Column, ...]:
    """The columns of a row model in order: its own fields first, then those it inherits.

    Args:
        only: take just these, in the order given here.
    """
    own_first = [name for owner in row.__mro__ for name in inspect.get_annotations(owner)]
    names = list(only) if only is not None else [n for n in dict.fromkeys(own_first) if n in row.model_fields]
    return tuple(_column(name, row.model_fields[name]) for name in names)


def _column(name: str, info: FieldInfo) -> Column:
    base, nullable, literal = _unwrap(info.annotation)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    given: Any = extra.get("levels")
    bounds = _bounds(info)
    if not info.description:
        raise TypeError(f"the column '{name}' needs a description")
    return Column(
        name=name,
        sql_type=SQL_TYPES[base],
        nullable=nullable,
        description=info.description,
        levels=tuple(given) if given else literal,
        at_least=bounds.get("ge"),
        at_most=bounds.get("le"),
        pattern=bounds.get("pattern"),
        min_length=bounds.get("min_length"),
        unit=_text(extra, "unit"),
        source=_text(extra, "source"),
        wording=_text(extra, "wording"),
        origin=typing.cast(Origin | None, _text(extra, "origin")),
    )


def _bounds(info: FieldInfo) -> dict[str, Any]:
    keys = ("ge", "le", "pattern", "min_length")
    return {key: getattr(part, key) for part in info.metadata for key in keys if getattr(part, key, None) is not None}


def _text(extra: dict[str, Any], key: str) -> str | None:
    value = extra.get(key)
    return None if value is None else str(value)


def _unwrap(annotation: Any) -> tuple[type, bool, tuple[str, ...] | None]:
    """The plain type behind an annotation, whether None is allowed, and the values of a Literal."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        inner = [arg for arg in typing.get_args(annotation) if arg is not type(None)]
        if len(inner) != 1:
            raise TypeError(f"a column has one type, optionally with None, not {annotation}")
        base, _, literal = _unwrap(inner[0])
        return base, True, literal
    if typing.get_origin(annotation) is Literal:
        return str, False, tuple(str(value) for value in typing.get_args(annotation))
    if annotation not in SQL_TYPES:
        raise TypeError(f"a column cannot hold {annotation}; known: {', '.join(t.__name__ for t in SQL_TYPES)}")
    return annotation, False, None
