"""Starts runs as Dagster does by itself, and knows which of them are gone: killed with all that would have told of it.

Dagster's own launcher does not look after the runs that it started: when the machine stops, or the code location's
process is killed together with its runs, they stay "started" for ever, hold what they hold, and nobody goes on with
them. Run monitoring in the daemon asks this one.
"""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import DagsterRun, DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster_shared.serdes import deserialize_value

from persona_pipeline.cli.ended import GONE, has_ended

ANSWERS_WITHIN_S = 5


class Launcher(DefaultRunLauncher):
    """Dagster's default launcher, with an eye on what it launched."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Not found only when that is certain; a code location that does not answer for now is given time."""
        server = json.loads(run.tags.get(GRPC_INFO_TAG, "{}"))
        home = Path(self._instance.root_directory)
        gone = _is_gone(run.run_id, server) if server else has_ended(run, home)
        return (
            CheckRunHealthResult(WorkerStatus.NOT_FOUND, GONE) if gone else CheckRunHealthResult(WorkerStatus.RUNNING)
        )


def _is_gone(run_id: str, server: Mapping[str, Any]) -> bool:
    """Whether the code location's process that started a run is gone, or is another one by now.

    A socket's file is used by one process, which itself notices when one of its runs dies: it is enough that somebody
    listens. A port outlives its process: who has it now is asked.
    """
    if server.get("socket"):
        return not _is_listened_to(server["socket"])
    return _knows_nothing_of(run_id, server)


def _is_listened_to(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        tried.settimeout(ANSWERS_WITHIN_S)
        try:
            tried.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:  # too busy to say
            return True
    return True


def _knows_nothing_of(run_id: str, server: Mapping[str, Any]) -> bool:
    client = DagsterGrpcClient(host=server["host"], port=server["port"], use_ssl=bool(server.get("use_ssl")))
    try:
        said = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=ANSWERS_WITHIN_S)
    except Exception:  # whatever keeps it from answering, it may answer in a minute
        return False
    return not deserialize_value(said, CanCancelExecutionResult).can_cancel
