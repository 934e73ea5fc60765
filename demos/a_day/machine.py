"""The machine of the play: processes that it started, each ended by its id, and all killed at once when it dies."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import requests

ROOT = Path(__file__).resolve().parents[2]
MARK = "PERSONA_DAY"  # a variable that every process of the play has, with a word of its own
Found = TypeVar("Found")


@dataclass
class Machine:
    """Processes in a folder, all with the same environment.

    Args:
        variables: on top of this process's environment.
    """

    folder: Path
    variables: Mapping[str, str]
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    begun: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def begin(self, name: str, *arguments: object) -> "subprocess.Popen[bytes]":
        """A process of its own, as one would type it after `python -m`; its output goes into NAME.log."""
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *map(str, arguments)], cwd=ROOT, env=self.environment(), stdout=log, stderr=log
            )
        self.begun.append(process)
        return process

    def typed(self, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """A command of persona-pipeline, waited for."""
        command = [sys.executable, "-m", "persona_pipeline.cli", *map(str, arguments)]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False, timeout=900
        )

    def dies(self) -> int:
        """Kills -9 all that runs on it, whoever started it; gives how many processes that were."""
        killed = set()
        while found := self.running():
            for pid in found:
                try:
                    os.kill(pid, signal.SIGKILL)
                    killed.add(pid)
                except ProcessLookupError:
                    pass
            for process in self.begun:
                process.poll()
            time.sleep(0.02)
        self.begun.clear()
        return len(killed)

    def running(self) -> list[int]:
        """The ids of all processes that carry the play's mark, and of no other."""
        sought = f"{MARK}={self.mark}".encode()
        return [int(each.name) for each in Path("/proc").glob("[0-9]*") if sought in _environment_of(each)]

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables, MARK: self.mark}


def _environment_of(process: Path) -> list[bytes]:
    """What a process was started with; nothing for those that ended or belong to others."""
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def until(seek: Callable[[], Found], what: str, within_s: float = 300, every_s: float = 0.2) -> Found:
    """What is found as soon as it is; it fails with what was waited for."""
    deadline = time.monotonic() + within_s
    while not (found := seek()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {within_s:.0f} s in vain: {what}")
        time.sleep(every_s)
    return found


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False
