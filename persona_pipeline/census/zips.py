"""Reading of Census zips that trusts nothing about them: truncation, path tricks and zip bombs are refused by name."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from persona_pipeline.errors import InputError

MAX_RATIO = 100  # Census files shrink about fivefold; what text deflates a hundredfold is made to
MAX_BYTES = 20 * 1024**3  # the national person files of a year are about 3 GB, of five years about 14 GB
PIECE = 1 << 20
AGAIN = "Delete it and fetch it again from the Census Bureau."
READ_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def csv_members(path: Path) -> list[str]:
    """The names of the CSV files inside, in order; a file of the nation has two or more (psam_pusa, psam_pusb).

    Raises InputError when the file is no whole zip, could harm whoever unpacks it, or holds no CSV.
    """
    with opened(path) as archive:
        members = archive.infolist()
    for member in members:
        _refuse_path_tricks(path, member)
    _refuse_bombs(path, members)
    names = sorted(member.filename for member in members if member.filename.lower().endswith(".csv"))
    if not names:
        raise InputError(
            f"it holds no CSV file, only {', '.join(m.filename for m in members) or 'nothing'}",
            where=str(path),
            expected="a CSV file such as psam_p56.csv",
            fix="Use the CSV zips of the Census Bureau (csv_p<state>.zip), not the SAS ones.",
        )
    return names


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip, closed afterwards; what is wrong with it, then or while it is read, comes as InputError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except READ_ERRORS as exc:
        raise _unreadable(path, exc) from exc
    except OSError as exc:
        raise InputError(f"the file cannot be read: {exc.strerror or exc}", where=str(path)) from exc


@contextmanager
def open_csv(path: Path, member: str) -> Iterator[IO[bytes]]:
    """One CSV file inside a zip, as bytes."""
    with opened(path) as archive, archive.open(member) as lines:
        yield lines


@dataclass(frozen=True)
class Unpacked:
    """A CSV file outside of its zip.

    Args:
        lines: how many lines it has, header and an unfinished last one included.
    """

    path: Path
    lines: int


@contextmanager
def unpacked(path: Path, member: str, folder: Path) -> Iterator[Unpacked]:
    """One CSV file inside a zip, as a file in a folder; it is removed afterwards."""
    target = folder / "member.csv"
    try:
        yield Unpacked(target, _unpack(path, member, target))
    finally:
        target.unlink(missing_ok=True)


def _unpack(path: Path, member: str, target: Path) -> int:
    lines, last = 0, b"\n"
    with open_csv(path, member) as packed, target.open("wb") as out:
        while piece := packed.read(PIECE):
            out.write(piece)
            lines, last = lines + piece.count(b"\n"), piece[-1:]
    return lines + (last != b"\n")


def verify(path: Path) -> None:
    """Reads the whole zip and compares checksums; InputError when a byte is wrong or missing."""
    csv_members(path)
    with opened(path) as archive:
        broken = archive.testzip()
    if broken is not None:
        raise InputError(f"the checksum of {broken} is wrong", where=str(path), expected="a whole zip", fix=AGAIN)


def _unreadable(path: Path, exc: Exception) -> InputError:
    return InputError(f"it is no whole zip file ({exc})", where=str(path), expected="a Census zip", fix=AGAIN)


def _refuse_path_tricks(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    inside = PurePosixPath(name.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or ":" in name or "\0" in name:
        raise InputError(
            f"it holds a file with the path {name!r}, which points outside of it",
            where=str(path),
            expected="plain file names",
            fix="Do not use this zip: the Census Bureau's have none. " + AGAIN,
        )


def _refuse_bombs(path: Path, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > MAX_BYTES or (unpacked > 10**7 and unpacked / packed > MAX_RATIO):
        raise InputError(
            f"it would unpack to {unpacked:,} bytes, {unpacked // packed} times its size",
            where=str(path),
            expected=f"at most {MAX_BYTES:,} bytes and {MAX_RATIO} times",
            fix="Do not use this zip. " + AGAIN,
        )
