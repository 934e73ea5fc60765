"""Which file a configuration means."""

from pathlib import Path

from persona_pipeline.resources import Warehouse


def test_the_file_and_the_patience_are_as_configured():
    file = Warehouse(path="a/p.duckdb", lock_timeout_s=3).file
    assert (file.path, file.lock_timeout_s) == (Path("a/p.duckdb"), 3)


def test_the_file_is_named_by_the_environment_when_the_configuration_does_not(monkeypatch):
    monkeypatch.setenv("PERSONA_DUCKDB", "b/q.duckdb")
    assert Warehouse().file.path == Path("b/q.duckdb")
