"""Which file a configuration means."""

from pathlib import Path

from persona_pipeline.resources import Warehouse


def test_the_file_and_the_patience_are_as_configured():
    file = Warehouse(path="a/p.duckdb", lock_timeout_s=3).file
    assert (file.path, file.lock_timeout_s) == (Path("a/p.duckdb"), 3)
