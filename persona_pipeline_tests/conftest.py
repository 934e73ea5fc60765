"""What holds for all tests, and fixtures for those of several folders."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from persona_pipeline_tests.postgres import PostgresServer, running_postgres

settings.register_profile("untimed", deadline=None)  # a busy machine is no defect; speed belongs to benchmarks/
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of the tests' own; the tests that need it skip where there is none."""
    with running_postgres() as server:
        yield server
