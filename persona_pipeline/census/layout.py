"""What a kind of census file holds, and one file of it that can be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from persona_pipeline.census.codebook import Codebook
from persona_pipeline.schemas.fields import Column


@dataclass(frozen=True)
class Layout:
    """What the columns of a kind of file hold, under our names.

    Args:
        vintage: for messages.
        years: the years that an identity may start with, where it starts with one.
        book: what the codes are looked up in.
        names: our name of each column → the file's, in any case.
        needed: our names of the columns that must be there.
        constants: our names of columns that say the same of everybody.
        otherwise: our name of a column → the file's that tells where the first is negative: does not apply.
        identity: the text that names the record, which is too varied to be looked at value by value.
        texts: each text's pattern and the width that leading zeros fill (0: none).
        codes: each code's variable in the codebook.
        numbers: whole numbers, with bounds.
        derived: further columns, each as SQL over ours.
    """

    vintage: str
    years: tuple[int, ...]
    book: Codebook
    names: Mapping[str, str]
    needed: tuple[str, ...]
    identity: str
    texts: Mapping[str, tuple[str, int]]
    codes: Mapping[str, str]
    numbers: Mapping[str, Column] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that can be read.

    Args:
        where: zip and file, for messages.
        query: SQL that gives its columns as text under our names; null where blank or absent.
        present: our names of the columns that it has.
        rows: how many records its lines hold.
    """

    where: str
    query: str
    present: frozenset[str]
    rows: int

    @property
    def member(self) -> str:
        """The file's name inside its zip."""
        return self.where.split("/", 1)[1]
