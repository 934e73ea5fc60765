"""Fixtures for tests of several folders."""

from collections.abc import Iterator

import pytest

from persona_pipeline_tests.postgres import PostgresServer, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of the tests' own; the tests that need it skip where there is none."""
    with running_postgres() as server:
        yield server
