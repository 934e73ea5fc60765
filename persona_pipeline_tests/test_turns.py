import os
from pathlib import Path

import pytest

from persona_pipeline.turns import Holder, TurnTimeoutError, turn

ME, OTHER = Holder("publishing post.letters", "0123456789abcdef"), Holder("restoring june.duckdb")


def test_whoever_waits_is_told_who_has_the_turn_and_what_for(tmp_path: Path) -> None:
    told: list[str] = []
    lock = tmp_path / "folder" / "lock"
    with turn(lock, ME, told.append):
        assert told == []
        with pytest.raises(TurnTimeoutError), turn(lock, OTHER, told.append, timeout_s=0.25):
            raise AssertionError("nobody has the turn twice")
    assert told == [f"waiting for run 01234567 (pid {os.getpid()}, since {ME.since}) to finish publishing post.letters"]
    with turn(lock, OTHER, told.append, timeout_s=0):
        assert len(told) == 1


def test_a_command_has_no_run_and_is_told_as_one(tmp_path: Path) -> None:
    told: list[str] = []
    lock = tmp_path / "lock"
    with turn(lock, OTHER, told.append), pytest.raises(TurnTimeoutError), turn(lock, ME, told.append, timeout_s=0.15):
        pass
    assert told[0].startswith(f"waiting for a command (pid {os.getpid()}, ")
    assert told[0].endswith("to finish restoring june.duckdb")


def test_a_lock_without_a_note_holds_all_the_same(tmp_path: Path) -> None:
    """As when its holder has just taken it, or the disk is full."""
    told: list[str] = []
    lock = tmp_path / "lock"
    with turn(lock, ME, told.append):
        lock.write_text("")
        with pytest.raises(TurnTimeoutError), turn(lock, OTHER, told.append, timeout_s=0.15):
            pass
    assert told == ["waiting for somebody else to finish"]
