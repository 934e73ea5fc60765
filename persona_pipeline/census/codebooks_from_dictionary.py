"""Writes the codebook of one dictionary year from the Census Bureau's data dictionary.

python -m persona_pipeline.census.codebooks_from_dictionary PUMS_Data_Dictionary_2023.csv persona_pipeline/census/codebooks/2023.csv
"""  # noqa: E501

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from persona_pipeline.census.codebook import HEADER, NUMBERS, VARIABLES
from persona_pipeline.errors import InputError


def codebook_rows(dictionary: Path) -> Iterator[tuple[str, str, str]]:
    """(variable, code, label) of every value of a variable we decode, verbatim, in the dictionary's order.

    A blank is kept as the dictionary writes it (b, bb, …): its label is the reason why the variable does not apply.
    A range of codes raises InputError: none of our variables has one.
    """
    for row in _values(dictionary):
        _, variable, _, _, first, last, label = row
        if variable in NUMBERS and set(first) != {"b"}:
            continue
        if first != last:
            raise InputError(
                f"{variable} has a range of codes, {first} to {last}",
                where=str(dictionary),
                expected="one code a row for a variable that is decoded",
                fix="Take the variable out of VARIABLES in persona_pipeline/census/codebook.py.",
            )
        yield variable, first, label


def _values(dictionary: Path) -> Iterator[list[str]]:
    seen = set()
    with dictionary.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.reader(lines):
            # variables of both records (ST, PUMA) stand in the dictionary twice
            if row and row[0] == "VAL" and row[1] in (*VARIABLES, *NUMBERS) and tuple(row) not in seen:
                seen.add(tuple(row))
                yield row


def write_codebook(dictionary: Path, out: Path) -> int:
    """Writes the codebook and gives its number of rows; nothing is left half-written."""
    rows = list(codebook_rows(dictionary))
    if not rows:
        raise InputError(
            "no line is a value of a variable we know",
            where=str(dictionary),
            expected="the Census Bureau's PUMS data dictionary in CSV form (lines 'VAL,SEX,C,1,1,1,Male')",
        )
    part = out.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows([HEADER, *rows])
    part.replace(out)
    return len(rows)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m persona_pipeline.census.codebooks_from_dictionary DICTIONARY_CSV OUT_CSV")
    print(write_codebook(Path(sys.argv[1]), Path(sys.argv[2])), "rows")
