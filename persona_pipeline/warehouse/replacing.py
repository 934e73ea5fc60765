"""Changing a file that others read: work on a private copy, then put it in the old one's place in one step.

Readers keep the file they opened; whoever opens next sees the new one whole. A kill leaves the old file as it was and
a `.build` file that the next writer sweeps. Local file systems only: locks are not to be trusted on network shares.

DuckDB writes what is committed into a log beside the file, found by the file's name: a session that has the old file
open for writing would put its log beside the new one, which nobody could open then. So a guard stands in the log's
place, a link to nowhere: reading does not mind it, and writing into a published file is refused by the system.
"""

import errno
import fcntl
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from persona_pipeline.errors import WarehouseError
from persona_pipeline.turns import Holder, Tell, TurnTimeoutError, turn

CHUNK = 1 << 30
HEADERS = 3 * 4096  # of a DuckDB file; they change with every checkpoint
MOMENTS = 20  # how often a copy is tried while somebody else checkpoints
CLONE = 0x40049409  # FICLONE: share all blocks of another file
GUARD = "published-files-are-replaced/write-into-a-file-of-your-own"
RESERVE = 32 << 20  # bytes beside the copy, for rows that are new


def lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def build_path(path: Path) -> Path:
    return path.with_name(path.name + ".build")


def log_path(path: Path) -> Path:
    """Where DuckDB writes what is committed to a file and not yet in it."""
    return path.with_name(path.name + ".wal")


def quietly(_: str) -> None:
    """Tells nobody."""


@contextmanager
def sole_writer(path: Path, timeout_s: float, me: Holder | None = None, tell: Tell = quietly) -> Iterator[None]:
    """Holds the writers' lock of `path`; the kernel releases it when the process ends, however it ends."""
    try:
        with turn(lock_path(path), me or Holder("publishing"), tell, timeout_s):
            yield
    except TurnTimeoutError as exc:
        raise WarehouseError(
            f"another run has been publishing for more than {timeout_s:.0f} s ({exc})",
            where=str(path),
            fix="Wait for it or end it, then run again; nothing was written.",
        ) from exc


@contextmanager
def replacing(path: Path, source: Path | None = None) -> Iterator[Path]:
    """A private copy of `path` (nothing, when there is no file yet) that takes its place when the block ends well.

    Args:
        source: the file to copy; None: `path` itself.
    """
    build, source = build_path(path), source or path
    _sweep(path)
    try:
        if source.exists():
            copy(source, build)
        yield build
        _sync(build)
        _guard(path)
        build.replace(path)
        _sync(path.parent)
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise disk_full(path, exc) from exc
        raise
    finally:
        _sweep(path)


def disk_full(path: Path, cause: object) -> WarehouseError:
    return WarehouseError(
        f"there is no room to write: {cause}",
        where=str(path),
        expected=f"free space for a second copy of the file while publishing (it has {_size(path):,} bytes now)",
        fix="Free some space or move the file with --database (PERSONA_DUCKDB); the last good tables are unchanged.",
    )


def copy(source: Path, target: Path) -> None:
    """A copy of one moment of a DuckDB file, with its log; sharing blocks where the file system can.

    Somebody may be writing into it. DuckDB never overwrites what the last checkpoint refers to before the next one is
    there: bytes read between two equal headers are a whole file, as after a power cut.
    """
    for _ in range(MOMENTS):
        before = _headers(source)
        _copy_bytes(source, target)
        log = log_path(source)
        if log.is_file():  # not the guard
            _copy_bytes(log, log_path(target))
        if _headers(source) == before:
            return
        log_path(target).unlink(missing_ok=True)
    raise WarehouseError(
        "another process writes into it all the time", where=str(source), fix="Close that session, then run again."
    )


def _headers(path: Path) -> bytes:
    with open(path, "rb") as handle:
        return handle.read(HEADERS)


def _copy_bytes(source: Path, target: Path) -> None:
    with open(source, "rb") as reading, open(target, "wb") as writing:
        if _cloned(reading.fileno(), writing.fileno()):
            return
        _need_room(source, target)
        if not hasattr(os, "copy_file_range"):
            shutil.copyfileobj(reading, writing, 1 << 20)
            return
        while os.copy_file_range(reading.fileno(), writing.fileno(), CHUNK):
            pass


def _cloned(source: int, target: int) -> bool:
    try:
        fcntl.ioctl(target, CLONE, source)
    except OSError:
        return False
    return True


def _need_room(source: Path, target: Path) -> None:
    """Says so before anything is written, and not when the disk is full for everybody else too."""
    wanted, free = _size(source) + RESERVE, shutil.disk_usage(target.parent).free
    if free < wanted:
        raise disk_full(source, f"{wanted:,} bytes are needed and {free:,} are free")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _guard(path: Path) -> None:
    log, link = log_path(path), build_path(path).with_name(build_path(path).name + ".guard")
    if log.is_symlink():
        return
    link.symlink_to(GUARD)
    link.replace(log)


def _sweep(path: Path) -> None:
    """Removes what a killed writer left; safe, because the caller holds the writers' lock."""
    for leftover in path.parent.glob(glob.escape(build_path(path).name) + "*"):
        if leftover.is_dir() and not leftover.is_symlink():  # where DuckDB puts what does not fit into memory
            shutil.rmtree(leftover)
        else:
            leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
