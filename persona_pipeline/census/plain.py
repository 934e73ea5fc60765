"""A census CSV file that says everything as its dictionary does, parsed by Arrow; each distinct value is looked at.

Whatever is not plain (a quote, another number of values in a line, a code without its leading zero, a number that is
none) ends the attempt: persona_pipeline/census/columns.py then reads the file value by value and names what is wrong.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from persona_pipeline.census.layout import Layout
from persona_pipeline.census.values import text_like, whole_number

PIECE = 32 << 20  # bytes that are parsed at a time, two pieces at most in memory
BLOCK = 1 << 20  # bytes that one thread parses at a time
TEXT = pa.string()
DISTINCT = pa.dictionary(pa.int32(), TEXT)


class NotPlainError(Exception):
    """The file has to be looked at value by value."""


@dataclass(frozen=True)
class Plain:
    """The columns of a plain file under our names.

    Args:
        present: our names of the columns that it has.
        pieces: Arrow tables of these columns: codes as places in the codebook, numbers as numbers, texts as texts.
            Iterating raises NotPlainError when something is not plain after all.
    """

    present: frozenset[str]
    pieces: Iterator[Any]


def plain(lines: IO[bytes], layout: Layout) -> Plain:
    """The file, as far as its header is plain; raises NotPlainError when it is not.

    Args:
        lines: the file from its start.
    """
    header = _header(lines.readline())
    places = {name.strip().upper(): place for place, name in enumerate(header)}
    present = frozenset(ours for ours, theirs in layout.names.items() if theirs.upper() in places)
    if layout.constants or not set(layout.needed) <= present:
        raise NotPlainError
    wanted = {ours: places[layout.names[ours].upper()] for ours in layout.names if ours in present}
    second = {ours: places[theirs] for ours, theirs in layout.otherwise.items() if theirs in places and ours in present}
    columns = _Columns(layout, wanted, second)
    parsed = (_parsed(piece, len(header), columns) for piece in _pieces(lines))
    return Plain(present, _ahead(map(columns.typed, parsed)))


def _header(line: bytes) -> list[str]:
    try:
        return next(csv.reader([line.decode("utf-8-sig")]))
    except (StopIteration, UnicodeDecodeError, csv.Error) as exc:
        raise NotPlainError from exc


def _pieces(lines: IO[bytes]) -> Iterator[bytes]:
    """The file below its header in pieces of whole lines."""
    while piece := lines.read(PIECE):
        yield piece + lines.readline()


def _ahead(pieces: Iterator[Any]) -> Iterator[Any]:
    """The same, the next one made in a thread while the last one is used."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = thread.submit(next, pieces, None)
            yield piece


@dataclass(frozen=True)
class _Columns:
    """What becomes of a file's columns.

    Args:
        wanted: our names of the columns → their places in the file.
        second: our names → the place of the column that tells where the first is negative.
    """

    layout: Layout
    wanted: Mapping[str, int]
    second: Mapping[str, int]
    known: dict[str, "_Known"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, variable in self.layout.codes.items():
            book = self.layout.book
            self.known[name] = _Known(pa.uint16(), _place_in(list(book.labels[variable])), variable in book.blanks)
        for name, column in self.layout.numbers.items():
            self.known[name] = _Known(pa.int64(), _number_if(whole_number(column)), column.nullable)
        for name, (pattern, width) in self.layout.texts.items():
            if name != self.layout.identity:
                self.known[name] = _Known(TEXT, _text_if(text_like(pattern, width)), False)

    @property
    def read(self) -> dict[str, Any]:
        """The types that Arrow parses the file's columns into, by place."""
        varied = self.wanted[self.layout.identity]
        return {
            _at(place): TEXT if place == varied else DISTINCT
            for place in (*self.wanted.values(), *self.second.values())
        }

    def typed(self, parsed: Any) -> Any:
        """The columns of a piece under our names, every value checked."""
        return pa.table({name: self._column(parsed, name) for name in self.wanted})

    def _column(self, parsed: Any, name: str) -> Any:
        values = parsed.column(_at(self.wanted[name]))
        if name == self.layout.identity:
            return _identities(values, self.layout)
        if name in self.second:
            values = _told_by_second(values, parsed.column(_at(self.second[name])))
        return self.known[name].typed(values.combine_chunks())


@dataclass(frozen=True)
class _Known:
    """The values of a column that were seen so far.

    Args:
        kind: the Arrow type of what they become.
        become: what a text becomes; None where it is not plain.
    """

    kind: Any
    become: Callable[[str], Any]
    may_be_blank: bool
    seen: dict[str, Any] = field(default_factory=dict)

    def typed(self, values: Any) -> Any:
        """Each value as what it becomes."""
        if values.null_count and not self.may_be_blank:
            raise NotPlainError
        texts = values.dictionary.to_pylist()
        for text in texts:
            if text not in self.seen:
                self.seen[text] = self.become(text)
        found = [self.seen[text] for text in texts]
        if None in found:
            raise NotPlainError
        return pc.take(pa.array(found, self.kind), values.indices)


def _at(place: int) -> str:
    return f"c{place}"


def _parsed(piece: bytes, width: int, columns: _Columns) -> Any:
    """The wanted columns of some lines as text."""
    if b'"' in piece:
        raise NotPlainError
    types = columns.read
    try:
        found = arrow_csv.read_csv(
            pa.BufferReader(piece),
            arrow_csv.ReadOptions(column_names=[_at(place) for place in range(width)], block_size=BLOCK),
            arrow_csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                include_columns=list(types), column_types=types, null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid as exc:
        raise NotPlainError from exc
    if found.num_rows != piece.count(b"\n") + (not piece.endswith(b"\n")):
        raise NotPlainError
    return found.unify_dictionaries()


def _identities(values: Any, layout: Layout) -> Any:
    """Texts that name records, each of its pattern and starting with one of the vintage's years."""
    pattern, _ = layout.texts[layout.identity]
    years = "|".join(map(str, layout.years))
    sound = pc.match_substring_regex(values, f"^(?:{years}).*$")
    if values.null_count or not pc.all(sound).as_py():
        raise NotPlainError
    if not pc.all(pc.match_substring_regex(values, f"^(?:{pattern})$")).as_py():
        raise NotPlainError
    return values


def _told_by_second(first: Any, second: Any) -> Any:
    texts = [values.cast(TEXT) for values in (first, second)]
    return pc.if_else(pc.starts_with(texts[0], "-"), texts[1], texts[0]).dictionary_encode().unify_dictionaries()


def _place_in(codes: Sequence[str]) -> Callable[[str], int | None]:
    return {code: place for place, code in enumerate(codes)}.get


def _number_if(good: Callable[[str], bool]) -> Callable[[str], int | None]:
    return lambda text: int(text) if good(text) else None


def _text_if(good: Callable[[str], bool]) -> Callable[[str], str | None]:
    return lambda text: text if good(text) else None
