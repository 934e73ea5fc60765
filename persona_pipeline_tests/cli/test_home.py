"""Dagster's own records in a real PostgreSQL, from the folder that prepare-home makes."""

import os
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest

from persona_pipeline.cli.home import prepare_home
from persona_pipeline_tests.postgres import PostgresServer


@dg.asset
def something() -> None:
    """Nothing."""


def test_runs_are_recorded_in_postgres_and_the_password_stands_in_no_file(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    pytest.importorskip("dagster_postgres", reason="needs the extra dagster-postgres")
    prepare_home(tmp_path, "PERSONA_DAGSTER_POSTGRES")
    address = postgres.address.replace("postgresql://", "postgresql+psycopg2://")  # else SQLAlchemy 2.1 wants psycopg
    named = {"DAGSTER_HOME": str(tmp_path), "PERSONA_DAGSTER_POSTGRES": address}
    with mock.patch.dict(os.environ, named), dg.DagsterInstance.get() as instance:
        assert dg.materialize([something], instance=instance).success
    with mock.patch.dict(os.environ, named), dg.DagsterInstance.get() as again:
        assert [run.status for run in again.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
        assert again.get_latest_materialization_event(something.key) is not None
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert not any(postgres.password.encode() in content for content in files)
