"""Runs whose processes are gone are seen to be gone; those that may be there are left alone."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.types import CanCancelExecutionResult
from dagster_shared.serdes import serialize_value

from persona_pipeline.cli import launcher
from persona_pipeline.cli.ended import command_running
from persona_pipeline.cli.home import prepare_home

GONE, THERE = WorkerStatus.NOT_FOUND, WorkerStatus.RUNNING


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """As prepare-home makes it."""
    home = tmp_path / "home"
    prepare_home(home)
    with dg.DagsterInstance.from_config(str(home)) as found:
        yield found


def health(instance: dg.DagsterInstance, tags: dict[str, str]) -> WorkerStatus:
    run = dg.DagsterRun(job_name="j", tags=tags)
    assert instance.run_launcher.supports_check_run_worker_health
    return instance.run_launcher.check_run_worker_health(run).status


def started_by(**server: object) -> dict[str, str]:
    return {GRPC_INFO_TAG: json.dumps({"host": "localhost", **server})}


def test_a_prepared_home_goes_on_with_runs_that_were_killed_and_not_with_those_that_failed(instance):
    assert isinstance(instance.run_launcher, launcher.Launcher)
    assert instance.run_monitoring_enabled
    assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 1)
    assert not instance.run_retries_retry_on_asset_or_op_failure


def test_a_run_is_gone_with_the_code_location_that_nobody_listens_for(instance, tmp_path):
    path = tmp_path / "s"
    assert health(instance, started_by(socket=str(path))) == GONE  # the machine was started anew
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        assert health(instance, started_by(socket=str(path))) == THERE
    assert path.exists()
    assert health(instance, started_by(socket=str(path))) == GONE  # killed, and its file is still there


@contextmanager
def a_port_whose_code_location_says(answer: object) -> Iterator[None]:
    with mock.patch.object(launcher.DagsterGrpcClient, "can_cancel_execution", side_effect=answer):
        yield


def test_a_code_location_at_a_port_is_asked_and_given_time_when_it_does_not_answer(instance):
    for answer, expected in (
        ([serialize_value(CanCancelExecutionResult(can_cancel=True))], THERE),
        ([serialize_value(CanCancelExecutionResult(can_cancel=False))], GONE),
        ([ConnectionError("not now")], THERE),
    ):
        with a_port_whose_code_location_says(answer):
            assert health(instance, started_by(port=4000)) == expected


def test_a_run_of_a_command_is_gone_with_the_command_and_not_begun_again_by_the_daemon(instance):
    with command_running(Path(instance.root_directory)) as tags:
        assert health(instance, tags) == THERE
    assert health(instance, tags) == GONE
    assert tags["dagster/max_retries"] == "0"
