"""Runs of the command line that ended without saying so, by kill -9 or a power cut: nothing is to wait for them.

One that a command started stays "started" for ever when it is killed, and keeps its place among the steps that ask
models. Each command therefore holds a lock for as long as it lives, named in its runs' tags: a lock that can be had
belongs to a command that ended. The runs that the UI and schedules start are looked after in launcher.py.
"""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

COMMAND = "persona_pipeline/command"  # a run's tag
GONE = "What ran this ended without saying so (killed, or the machine stopped). Run it again, unless that happens by "
GONE += "itself: what models answered is in the reply ledger, and what was published stands."
NEVER_AGAIN = {"dagster/max_retries": "0"}  # the daemon cannot go on with a command's run: it knows no job of it


@contextmanager
def command_running(home: Path) -> Iterator[dict[str, str]]:
    """Tags for the runs of this command, which last as long as the block."""
    folder = home / "commands"
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}.lock"
    with open(lock, "w") as handle:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
        try:
            yield {COMMAND: lock.name, **NEVER_AGAIN}
        finally:
            lock.unlink(missing_ok=True)


def fail_ended_runs(instance: DagsterInstance, home: Path) -> list[str]:
    """Marks runs of commands that are gone as failed and frees what they held; gives their ids.

    Only commands of this machine are judged: several may share an instance.
    """
    under_way = RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.STARTING])
    ended = [run for run in instance.get_runs(under_way) if has_ended(run, home)]
    for run in ended:
        instance.report_run_failed(run, GONE)
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        (home / "commands" / run.tags[COMMAND]).unlink(missing_ok=True)
    return [run.run_id for run in ended]


def has_ended(run: DagsterRun, home: Path) -> bool:
    """Whether a command of this machine ran it and is gone."""
    name = run.tags.get(COMMAND)
    if name is None or not name.startswith(f"{socket.gethostname()}-"):
        return False
    try:
        with open(home / "commands" / name) as handle:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    return True
