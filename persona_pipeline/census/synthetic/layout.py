"""The synthetic extract as zips in census layout: the same bytes each time."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from persona_pipeline.census.synthetic.dice import Dice
from persona_pipeline.census.synthetic.homes import Home, group_quarters, household
from persona_pipeline.census.synthetic.people import YEAR, Answers, answers, state_code
from persona_pipeline.census.synthetic.units import unit_answers

SEED, HOUSEHOLDS = 2023, 1200
GROUP_QUARTERS_SHARE = 1 / 16  # people in group quarters for each household. Source: ACS 2023 B26001, DP02
ADJINC = "1019518"  # Source: ACS 2023 PUMS data dictionary
N_PUMAS = 4
TIME = (2024, 1, 1, 0, 0, 0)  # of every file in a zip, so that the bytes do not depend on the day
PERSON_COLUMNS: tuple[str, ...] = (
    *("RT", "SERIALNO", "SPORDER", "PUMA", "STATE", "ADJINC", "PWGTP", "AGEP", "CIT", "COW", "DEAR", "DEYE", "DREM"),
    *("ENG", "FER", "LANX", "MAR", "MIL", "RELSHIPP", "SCHL", "SEX", "ANC1P", "DIS", "ESR", "HICOV", "INDP", "LANP"),
    *("OCCP", "PINCP", "POBP", "RAC1P"),
)
UNIT_COLUMNS: tuple[str, ...] = (
    *("RT", "SERIALNO", "PUMA", "STATE", "NP", "TYPEHUGQ", "WGTP", "FPARC", "HHL", "HHT", "HHT2", "HUPARC"),
)


def write_extract(folder: Path, seed: int = SEED, households: int = HOUSEHOLDS) -> tuple[Path, Path]:
    """Writes csv_pus.zip and csv_hus.zip and gives their paths; the same seed and count write the same bytes."""
    persons: list[Answers] = []
    units: list[Answers] = []
    for serialno, home, dice in _homes(seed, households):
        members, unit = _records(serialno, home, dice)
        persons += members
        units.append(unit)
    folder.mkdir(parents=True, exist_ok=True)
    return (
        _write(folder / "csv_pus.zip", "psam_pus.csv", PERSON_COLUMNS, persons),
        _write(folder / "csv_hus.zip", "psam_hus.csv", UNIT_COLUMNS, units),
    )


def _homes(seed: int, households: int) -> Iterator[tuple[str, Home, Dice]]:
    """Every unit with its serial number; each has dice of its own, so that more units leave the others as they are."""
    for number in range(1, round(households * GROUP_QUARTERS_SHARE) + 1):
        dice = Dice(seed, "group quarters", number)
        yield f"{YEAR}GQSYN{number:05d}", group_quarters(dice), dice
    for number in range(1, households + 1):
        dice = Dice(seed, "household", number)
        yield f"{YEAR}HUSYN{number:05d}", household(dice), dice


def _records(serialno: str, home: Home, dice: Dice) -> tuple[list[Answers], Answers]:
    """The person records and the unit record of one unit."""
    place = {"PUMA": f"{100 * dice.between(1, N_PUMAS):05d}", "STATE": state_code(home.state)}
    weight = dice.between(60, 160)
    members = [
        {
            **{"RT": "P", "SERIALNO": serialno, "SPORDER": f"{order:02d}", "ADJINC": ADJINC, **place},
            **{"PWGTP": str(weight + dice.between(-20, 20))},
            **answers(member, home, dice),
        }
        for order, member in enumerate(home.members, start=1)
    ]
    unit_weight = "0" if home.group_quarters else members[0]["PWGTP"]
    unit = {"RT": "H", "SERIALNO": serialno, "WGTP": unit_weight, **place, **unit_answers(home, members)}
    return members, unit


def _write(path: Path, member: str, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    entry = zipfile.ZipInfo(member, TIME)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:
        archive.writestr(entry, text.getvalue(), compresslevel=9)
    return part.replace(path)
