"""A short form of benchmarks/together.py: everyone at once, for some seconds."""

from pathlib import Path

from benchmarks.together import is_well, play


def test_nobody_breaks_anybody(tmp_path: Path) -> None:
    found = play(tmp_path, seconds=8)
    assert is_well(found), found
    assert found["ours"]["reads"] > 0
    assert found["publishers"]["publishes"] > 0
