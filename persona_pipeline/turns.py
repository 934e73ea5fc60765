"""One process at a time: a lock file that says who holds it, and that the kernel frees however its holder ends."""

import datetime
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

LOOK_EVERY_S = 0.1
TELL_EVERY_S = 60.0
Tell = Callable[[str], object]


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%H:%M:%S UTC")


@dataclass(frozen=True)
class Holder:
    """Who has a turn, and what for.

    Args:
        doing: as it goes on after "to finish", such as "publishing feedback.critiques".
        run: the run's id; empty: no run, a command.
    """

    doing: str
    run: str = ""
    pid: int = field(default_factory=os.getpid)
    since: str = field(default_factory=_now)

    @property
    def line(self) -> str:
        """`run 1a2b3c4d (pid 77, since 07:12:03 UTC) to finish publishing feedback.critiques`."""
        who = f"run {self.run[:8]}" if self.run else "a command"
        return f"{who} (pid {self.pid}, since {self.since}) to finish {self.doing}"


class TurnTimeoutError(TimeoutError):
    """Somebody else has had the turn for longer than one waits; whoever asked for it says what that means."""


@contextmanager
def turn(lock: Path, me: Holder, tell: Tell, timeout_s: float | None = None) -> Iterator[None]:
    """Holds a lock for the length of the block, alone on this machine; waits for whoever has it, and says so.

    Local file systems only: locks are not to be trusted on network shares.

    Args:
        tell: hears one sentence when waiting begins, and again every minute.
        timeout_s: raises TurnTimeoutError after waiting that long; None: never.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "a+", encoding="utf-8") as handle:  # "w" would empty what the holder wrote
        _wait(handle, tell, timeout_s)
        _sign(handle, json.dumps(asdict(me)))
        try:
            yield
        finally:
            _sign(handle, "")


def _wait(handle: IO[str], tell: Tell, timeout_s: float | None) -> None:
    began = told = time.monotonic()
    while not _locked(handle):
        now = time.monotonic()
        if timeout_s is not None and now - began > timeout_s:
            raise TurnTimeoutError(f"waited for {_holder_of(handle)}")
        if told == began or now - told >= TELL_EVERY_S:
            tell(f"waiting for {_holder_of(handle)}")
            told = now
        time.sleep(LOOK_EVERY_S)


def _locked(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(handle: IO[str], text: str) -> None:
    with suppress(OSError):  # a full disk: the lock holds without its note
        handle.seek(0)
        handle.truncate()
        handle.write(text)
        handle.flush()


def _holder_of(handle: IO[str]) -> str:
    """Who holds it; it may be about to write that down, or to let go."""
    handle.seek(0)
    try:
        return Holder(**json.loads(handle.read())).line
    except (ValueError, TypeError):
        return "somebody else to finish"
