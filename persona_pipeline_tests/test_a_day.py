"""The parts of the play that it is judged by; the play itself takes minutes: python -m demos.a_day."""

import json
import subprocess
import sys
import zipfile

from demos.a_day import analyst
from demos.a_day.__main__ import deliver, write_prompts
from demos.a_day.machine import Machine, until

CHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
CHILD += "time.sleep(60)"


def test_the_machine_takes_all_with_it_that_it_runs_and_nobody_else(tmp_path):
    machine = Machine(tmp_path, {})
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        started = subprocess.Popen([sys.executable, "-c", CHILD], env=machine.environment())
        until(lambda: len(machine.running()) == 2, "a process and its child", 30)
        assert machine.dies() == 2
        assert machine.running() == []
        assert started.wait(20) == -9
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_what_the_analyst_saw_is_added_up(tmp_path):
    good = {"latest": "a", "releases": 5, "miscounted": 0, "lost": 0}
    reads = [good, {**good, "latest": "b", "releases": 6, "changed_while_held": 1}, {**good, "lost": 2}]
    lines = [json.dumps(each) for each in (*reads, {"error": "no such table"})]
    (tmp_path / "tally").write_text("\n".join([*lines, '{"latest": "cut off']), "utf-8")
    assert analyst.summary(tmp_path / "tally") == {
        "reads": 3,
        "errors": 1,
        "torn": 1,
        "changed_while_held": 1,
        "went_back": 1,  # from six releases to five
        "publishes_seen": 2,
    }


def test_a_corrected_delivery_differs_in_the_lines_named_and_in_nothing_else(tmp_path):
    def lines():
        with zipfile.ZipFile(tmp_path / "csv_pus.zip") as archive:
            return archive.read("psam_pus.csv").decode("utf-8-sig").splitlines()

    deliver(tmp_path)
    before = lines()
    deliver(tmp_path, corrected=(7, 40))
    assert [n for n, (old, new) in enumerate(zip(before, lines(), strict=True), 1) if old != new] == [7, 40]


def test_prompts_are_all_different(tmp_path):
    write_prompts(tmp_path / "p.jsonl", "Should a town", 240)
    texts = {json.loads(line)["text"] for line in (tmp_path / "p.jsonl").read_text("utf-8").splitlines()}
    assert len(texts) == 240
