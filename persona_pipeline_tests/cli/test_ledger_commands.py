"""ledger show and prune, and the simulated server's port, as a user meets them."""

import re
import shutil
import subprocess

import pytest

from persona_pipeline_tests.cli.published import Published, published
from persona_pipeline_tests.cli.running import cli, refused, start, stats


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


def test_a_ledger_is_shown_within_80_columns_a_line_each(made):
    said = cli("ledger", "show", made.ledger, COLUMNS="80")
    assert said.exit_code == 0
    lines = [line.split() for line in said.out.splitlines()]
    (critiques,) = [line for line in lines if line[:1] == ["feedback.critiques"]]
    table, model, status, replies, prompt, answer, last = critiques
    assert (table, model, status) == ("feedback.critiques", "sim-a", "ok")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", last)
    assert int(prompt.replace(",", "")) > int(replies) < int(answer.replace(",", ""))
    assert max(map(len, said.out.splitlines())) <= 80


def test_pruning_says_how_many_first_and_deletes_them_when_told(made, tmp_path):
    ledger = shutil.copy(made.ledger, tmp_path / "l.sqlite")
    chosen = ("ledger", "prune", ledger, "--stage", "feedback.critiques")
    would = re.search(r"(\d+) replies would be deleted", cli(*chosen).out)
    assert would
    assert int(would[1]) > 0
    assert f"{would[1]} replies deleted" in cli(*chosen, "--yes").out
    shown = cli("ledger", "show", ledger).out
    assert "feedback.critiques" not in shown
    assert "feedback.revisions" in shown
    assert "0 replies would be deleted" in cli(*chosen).out


def test_pruning_everything_by_accident_is_refused(made):
    refused(cli("ledger", "prune", made.ledger, "--yes"), "nothing says what to prune", "--stage")


def test_a_server_on_any_free_port_says_which():
    process: subprocess.Popen[str] = start("serve-simulated", "--port", 0)
    try:
        assert process.stdout is not None
        serving = re.search(r"serving (http://127\.0\.0\.1:[1-9]\d*/v1)", process.stdout.readline())
        assert serving
        assert stats(serving[1])["requests"] == 0
    finally:
        process.terminate()
        process.communicate(timeout=30)
