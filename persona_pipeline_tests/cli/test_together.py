"""Runs at the same time, as real processes: each waits its turn and says for whom, and none fails."""

import os
import subprocess
from contextlib import ExitStack

import pytest

from persona_pipeline.cli.home import INSTANCE
from persona_pipeline.turns import Holder, turn
from persona_pipeline.warehouse.replacing import lock_path, quietly
from persona_pipeline_tests.cli.published import Published, published
from persona_pipeline_tests.cli.running import cli, finished, releases, start

VERDICTS = ("run", "--select", 'key:"prompts/verdicts"')
QUALITY = ("run", "--select", 'key:"prompts/classifier_quality"')


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


def line_with(process: "subprocess.Popen[str]", *parts: str) -> str:
    """The first line that a process prints with all of these; it fails when the process ends without."""
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if all(part in line for part in parts):
            return line
    raise AssertionError(f"{parts} was never said: {''.join(seen)}")


def test_runs_wait_for_models_for_answers_and_for_the_file_and_a_killed_one_holds_nobody_up(made, tmp_path):
    """One step at a time may ask models here; this process holds the turns that the runs wait for."""
    database, home = made.copied_to(tmp_path), tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(INSTANCE.replace("default_limit: 2", "default_limit: 1"), "utf-8")
    where = {"PERSONA_DUCKDB": str(database), "DAGSTER_HOME": str(home)}
    asking = database.with_name("p.duckdb.asking") / "prompts.verdicts.lock"
    me = f"run 01234567 (pid {os.getpid()}, since"
    with ExitStack() as runs, ExitStack() as answers, ExitStack() as file:

        def begun(*arguments: str) -> "subprocess.Popen[str]":
            process = start(*arguments, **where)
            runs.callback(process.wait)
            runs.callback(process.kill)
            return process

        answers.enter_context(turn(asking, Holder("asking for prompts.verdicts", "0123456789"), quietly))
        file.enter_context(turn(lock_path(database), Holder("publishing prompts.topics", "0123456789"), quietly))

        killed = begun(*VERDICTS)
        line_with(killed, "waiting for", me, "to finish asking for prompts.verdicts")
        killed.kill()  # with the only place among the steps that ask models
        killed.communicate()

        one = begun(*VERDICTS)
        line_with(one, "ended without saying so; it is marked as failed")
        line_with(one, "waiting for", me, "to finish asking for prompts.verdicts")
        other = begun(*QUALITY)
        line_with(other, "prompts.classifier_quality: waiting for other runs that ask models")

        answers.close()
        line_with(one, "waiting for", me, "to finish publishing prompts.topics")
        file.close()
        assert finished(one).exit_code == 0
        assert finished(other).exit_code == 0
    assert releases(database)["prompts.verdicts"] == releases(made.database)["prompts.verdicts"]
    said = cli("releases", "--table", "prompts.verdicts", "--json", **where)
    assert said.out.count('"table_name": "prompts.verdicts"') == 2  # that of the fixture, and this one
