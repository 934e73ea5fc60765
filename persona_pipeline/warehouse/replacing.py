"""Changing a file that others read: work on a private copy, then put it in the old one's place in one step.

Readers keep the file they opened; whoever opens next sees the new one whole. A kill leaves the old file as it was and
a `.build` file that the next writer sweeps. Local file systems only: locks are not to be trusted on network shares.
"""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from persona_pipeline.errors import WarehouseError

CHUNK = 1 << 30


def lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def build_path(path: Path) -> Path:
    return path.with_name(path.name + ".build")


@contextmanager
def sole_writer(path: Path, timeout_s: float) -> Iterator[None]:
    """Holds the writers' lock of `path`; the kernel releases it when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(lock_path(path), "w") as handle:
        deadline = time.monotonic() + timeout_s
        while not _locked(handle.fileno()):
            if time.monotonic() > deadline:
                raise WarehouseError(
                    f"another run has been publishing for more than {timeout_s:.0f} s",
                    where=str(path),
                    fix="Wait for it or end it, then run again; nothing was written.",
                )
            time.sleep(0.1)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A private copy of `path` (nothing, when there is no file yet) that takes its place when the block ends well."""
    build = build_path(path)
    _sweep(path)
    try:
        if path.exists():
            _copy(path, build)
        yield build
        _sync(build)
        build.replace(path)
        _sync(path.parent)
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise disk_full(path, exc) from exc
        raise
    finally:
        _sweep(path)


def disk_full(path: Path, cause: Exception) -> WarehouseError:
    return WarehouseError(
        f"there is no room to write: {cause}",
        where=str(path),
        expected=f"free space for a second copy of the file while publishing (it has {_size(path):,} bytes now)",
        fix="Free some space or move the file with --database (PERSONA_DUCKDB); the last good tables are unchanged.",
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sweep(path: Path) -> None:
    """Removes what a killed writer left; safe, because the caller holds the writers' lock."""
    for leftover in path.parent.glob(build_path(path).name + "*"):
        leftover.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """A copy that shares blocks where the file system can."""
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, target)
        return
    with open(source, "rb") as reading, open(target, "wb") as writing:
        while os.copy_file_range(reading.fileno(), writing.fileno(), CHUNK):
            pass


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
