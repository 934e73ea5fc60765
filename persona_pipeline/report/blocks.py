"""What a section is made of: figures in words, tables and drawings, each with the query it comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markupsafe import Markup

from persona_pipeline.report.queries import Answer, Query

Kind = Literal["text", "code", "count", "share", "mean", "decimal", "signed", "p", "usd", "seconds", "when", "yes"]
"""text and code: as they are · count: whole · share: 0 to 1, shown in % · mean: one place · decimal: three places ·
signed: with its sign · p: a p-value · usd: dollars · seconds · when: a time in UTC · yes: true or false."""


@dataclass(frozen=True)
class Scale:
    """An axis that values are drawn on, beside the numbers.

    Args:
        mark: the column of a second value, drawn as a tick.
        box: the columns of the least, the quarters, the middle and the most, drawn as a box behind it.
        unit: how its ends are written.
    """

    start: float = 0.0
    end: float = 1.0
    mark: str | None = None
    unit: Literal["share", "decimal"] = "decimal"
    box: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Args:
        name: in the answer.
        low, high: the columns of its interval's ends.
        why: the column that says why there is no value, or what to be careful about.
        plot: draws the value and its interval in a column of its own.
    """

    name: str
    heading: str
    kind: Kind = "text"
    low: str | None = None
    high: str | None = None
    why: str | None = None
    plot: Scale | None = None


SHARE_AXIS = Scale(0, 1, unit="share")


def estimate(name: str, heading: str, kind: Kind = "share", plot: Scale | None = SHARE_AXIS) -> Column:
    """A column whose interval, and why there is none, are in the columns low, high and reason."""
    return Column(name, heading, kind, low="low", high="high", why="reason", plot=plot)


@dataclass(frozen=True)
class Grid:
    """A table; its first column says what a row is about.

    Args:
        note: unit, n, interval: what a reader has to know to read it.
        empty: why there may be no rows.
        caption: its number and name among the paper's figures, such as "Figure 10".
    """

    query: Query
    title: str
    columns: Sequence[Column]
    note: str = ""
    empty: str = "The table is there and has no rows."
    caption: str = ""

    @property
    def queries(self) -> tuple[Query, ...]:
        return (self.query,)


@dataclass(frozen=True)
class Fact:
    """A single number: the first row's, of the query's column.

    Args:
        note: what it is a share of, or its unit.
    """

    query: Query
    column: str
    label: str
    kind: Kind = "count"
    note: str = ""
    why: str | None = None


@dataclass(frozen=True)
class Facts:
    """Numbers that come first."""

    facts: Sequence[Fact]

    @property
    def queries(self) -> tuple[Query, ...]:
        return tuple(fact.query for fact in self.facts)


@dataclass(frozen=True)
class Picture:
    """A drawing.

    Args:
        image: markup, each part of which says what it shows for who does not see it.
        words: what is under it: n and where the data are from.
    """

    image: Markup
    words: Markup | None = None


@dataclass(frozen=True)
class Figure:
    """A drawing of an answer; nothing where there is nothing to draw.

    Args:
        note: n, unit and interval.
    """

    query: Query
    title: str
    draw: Callable[[Answer], Sequence[Picture]]
    note: str = ""
    empty: str = "There is nothing to draw."
    caption: str = ""

    @property
    def queries(self) -> tuple[Query, ...]:
        return (self.query,)


@dataclass(frozen=True)
class Printed:
    """A value that the paper prints, and ours.

    Args:
        value: as printed.
        where: in the paper.
        query: gives one row: `ours`, and `remark` where there is something to say.
        unlike: why they do not compare; empty where they do.
    """

    what: str
    value: str
    where: str
    kind: Kind
    query: Query | None
    unlike: str


@dataclass(frozen=True)
class Beside:
    """The paper's values beside ours."""

    title: str
    printed: Sequence[Printed]
    note: str = ""

    @property
    def queries(self) -> tuple[Query, ...]:
        return tuple(one.query for one in self.printed if one.query)


Block: TypeAlias = Grid | Facts | Figure | Beside


@dataclass(frozen=True)
class Section:
    """A chapter of the report.

    Args:
        name: its anchor.
        order: its place; by tens.
        lead: what it is about, in a sentence or two.
        paper: what it stands beside in the paper.
    """

    name: str
    order: int
    title: str
    lead: str
    blocks: Sequence[Block]
    paper: str = ""

    @property
    def queries(self) -> tuple[Query, ...]:
        return tuple(query for block in self.blocks for query in block.queries)
