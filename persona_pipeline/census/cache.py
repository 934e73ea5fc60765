"""Files fetched from elsewhere, kept with a note of what they are: a file that no longer fits its note is not there."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Note:
    """What is known of a file, or of the part of one.

    Args:
        validator: the server's ETag or date of the file; empty when it gave none. A part is only continued as the same
            file.
        size: bytes of the whole file; None while the server has not said.
        sha256: of a whole file; empty of a part.
    """

    url: str
    validator: str
    size: int | None
    sha256: str = ""


@dataclass(frozen=True)
class Entry:
    """One file of the cache, with its note and the part it is fetched into.

    Args:
        path: where the whole file is, once it is there.
    """

    path: Path

    @property
    def part(self) -> Path:
        return self.path.with_name(f"{self.path.name}.part")

    def is_whole(self) -> bool:
        """Whether the file is there and has the content that was noted when it was fetched."""
        note = _read(_note(self.path))
        return note is not None and self.path.is_file() and note.sha256 == sha256(self.path)

    def begun(self, url: str) -> tuple[int, Note | None]:
        """How many bytes of the file were fetched before, and what was noted of it; 0 when it cannot be continued."""
        note = _read(_note(self.part))
        if note is None or note.url != url or not self.part.is_file():
            return 0, None
        return self.part.stat().st_size, note

    def begin(self, note: Note) -> None:
        """Notes what is being fetched, before its first byte."""
        _write(_note(self.part), note)

    def keep(self, note: Note) -> None:
        """Takes the fetched part for the whole file; its note comes first, so that no kill leaves a file without."""
        whole = Note(note.url, note.validator, self.part.stat().st_size, sha256(self.part))
        self.path.unlink(missing_ok=True)
        _write(_note(self.path), whole)
        self.part.replace(self.path)
        _note(self.part).unlink(missing_ok=True)

    def discard_part(self) -> None:
        self.part.unlink(missing_ok=True)
        _note(self.part).unlink(missing_ok=True)

    @contextmanager
    def sole_user(self) -> Iterator[None]:
        """Waits while another process fetches the same file; the kernel frees the lock when a process ends."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_name(f"{self.path.name}.lock"), "w") as lock:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
            yield


def sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _read(path: Path) -> Note | None:
    try:
        return Note(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):  # absent, or not a note: what it is about is fetched again
        return None


def _write(path: Path, note: Note) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(asdict(note), indent=1), "utf-8")
    new.replace(path)
