"""A day in the life of a machine on which everyone works at once: `python -m demos.a_day --pictures DIR`.

Real processes on loopback: the UI with its daemon, a schedule that fires, a shard backfilled in the browser, an analyst
who queries the DuckDB file throughout, a rater in the study's web page, a delivery with bad rows whose check fails, and
kill -9 of everything while a run is asking. Then all of it is started again and has to go on as if nothing had been.
The model is the simulated one behind an OpenAI-compatible endpoint elsewhere, which counts what it is asked.

It prints what happened when, puts screenshots into a folder, ends with a line of JSON, and fails on anything lost, torn
or paid twice. Linux, with Chromium (Debian: apt-get install chromium) and the development tools of `make test`.
"""

import argparse
import csv
import io
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import requests
import yaml

from demos.a_day import analyst
from demos.a_day.dagster_ui import FLAGS, QUIET, DagsterUI
from demos.a_day.machine import ROOT, Machine, answers, until
from demos.a_day.study import Rater
from demos.local_model import free_port
from persona_pipeline.llm.ledger import Ledger

FIRST_SHARDS, LATER_SHARDS = "0-7", ("a", "b")
LATENCY_MS, CONCURRENCY = 100, 4
GOOD, NEW = 40, 240  # prompts in the folder in the morning, and those that come later
ASKED_BEFORE_IT_DIES = 40
# under way, and answered within the quarter of a second to the ledger's next commit, in three goes of 0.1 s
MOST_ASKED_TWICE = CONCURRENCY + 3 * CONCURRENCY
ITEMS_BEFORE = 3
TWO_PEOPLE = """SELECT DISTINCT source_line FROM census.persons JOIN personas.personas USING (person_id)
                WHERE age BETWEEN 30 AND 60 ORDER BY 1 LIMIT 2"""
REJECTED = """SELECT q.persona_id, q.age AS drawn_with, p.agep AS corrected_to, source_file, source_line, failed_rules
              FROM quarantine.personas_personas q JOIN census.persons p USING (person_id)"""
TABLES = '+(key:"agreement/study_items" or key:"feedback/judgements") or group:"prompts"'


class Day:
    """The day, hour by hour; each step says what happened and leaves its figures."""

    def __init__(self, folder: Path, pictures: Path, endpoint: str, browser: Any) -> None:
        self.folder, self.endpoint = folder, endpoint
        self._pictures, self._browser = pictures, browser
        self.began, self.figures = time.monotonic(), dict[str, Any]()
        self.database, self.store = folder / "persona.duckdb", folder / "persona.study.sqlite"
        self.ui_port, self.study_port = free_port(), free_port()
        self.machine = Machine(
            folder,
            {
                "PERSONA_DUCKDB": str(self.database),
                "PERSONA_CONFIG": str(folder / "config.yaml"),
                "PERSONA_CRON": "prompt_refresh=* * * * *",
                "PERSONA_STUDY_SECRET": "the organiser's own secret",
                "DAGSTER_HOME": str(folder / "dagster_home"),
                "OPENAI_API_KEY": "simulated-key",
                "COLUMNS": "160",  # of the tables that commands print
            },
        )
        self.ui = DagsterUI(f"http://127.0.0.1:{self.ui_port}", browser, pictures)

    def tell(self, text: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def play(self) -> None:
        self.the_first_tables()
        self.everybody_comes()
        self.shards_are_backfilled()
        self.a_rater_submits()
        self.a_schedule_fires()
        self.a_check_fails()
        self.the_machine_dies()
        self.everything_comes_back()
        self.the_interrupted_run_goes_on()
        self.the_rater_goes_on()
        self.the_day_ends()

    # morning

    def the_first_tables(self) -> None:
        deliver(self.folder / "pums")
        (self.folder / "inbox").mkdir()
        write_prompts(self.folder / "inbox" / "morning.jsonl", "Is it right to", GOOD)
        (self.folder / "config.yaml").write_text(yaml.safe_dump(self._configuration()), "utf-8")
        ran = self.machine.typed(
            "run", "--config", self.folder / "config.yaml", "--select", TABLES, "--shards", FIRST_SHARDS
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        self.figures["calls_first_run"] = self._asked()["requests"]
        self.tell(f"first tables, shards {FIRST_SHARDS}: {self._asked()['requests']:,} calls paid")

    def _configuration(self) -> dict[str, Any]:
        chat = {"provider": "openai_compatible", "base_url": self.endpoint, "model": "sim-a", "judge": "sim-b"}
        return {
            "resources": {
                "experiment": {"config": {"personas": 32}},
                "census": {"config": {"pums": str(self.folder / "pums"), "vintage": "2023-1yr"}},
                "chat": {"config": {**chat, "concurrency": CONCURRENCY}},
            },
            "ops": {
                "prompts__candidates": {"config": {"prism": "", "prompts": str(self.folder / "inbox")}},
                "prompts__topics": {"config": {"draw": False}},
                "feedback__assignments": {"config": {"pairs_per_persona": 4, "core_prompts": 2}},
                "agreement__study_items": {"config": {"design": "crossed"}},
            },
        }

    def everybody_comes(self) -> None:
        self._start_everything()
        until(lambda: (self.folder / "analyst.jsonl").exists(), "the analyst's first read")
        until(self.ui.is_well, "the UI and its daemon", 400, 1)
        self.tell("the UI, its daemon, the study's web app and an analyst are at work")

    def _start_everything(self) -> None:
        self.machine.begin("analyst", "demos.a_day.analyst", self.database, self.folder / "analyst.jsonl")
        serve = ("study", "serve", "--store", self.store, "--port", self.study_port)
        self.machine.begin("study", "persona_pipeline.cli", *serve)
        self.machine.begin("ui", "persona_pipeline.cli", "ui", "--port", self.ui_port)

    # forenoon

    def shards_are_backfilled(self) -> None:
        before, pairs = self._asked()["requests"], self._count("feedback.preference_pairs")
        self.ui.backfill("shards", LATER_SHARDS)
        run = self._finished("the backfill", lambda run: run["tags"].get("dagster/backfill") is not None)
        assert run["status"] == "SUCCESS", run
        added, paid = self._count("feedback.preference_pairs") - pairs, self._asked()["requests"] - before
        assert added, "the shards brought no pair"
        self.figures |= {"backfilled_pairs": added, "calls_backfill": paid}
        self.ui.visit("/assets/feedback/preference_pairs?view=partitions&partition=a")
        self.ui.picture("backfilled", shows="Materialized")
        self.tell(f"shards {' and '.join(LATER_SHARDS)} backfilled from the browser: {added} pairs, {paid} calls paid")

    def a_rater_submits(self) -> None:
        until(lambda: answers(f"http://127.0.0.1:{self.study_port}/healthz"), "the study's web app")
        link = next(line for line in (self.folder / "study.log").read_text("utf-8").splitlines() if "/r/" in line)
        self.rater = Rater(link.strip(), self._browser, self._pictures)
        self.rater.begins()
        for item in range(1, ITEMS_BEFORE + 1):
            if item == ITEMS_BEFORE:
                self.rater.fills(item)
                self.rater.picture("rater")
            self.rater.submits(item)
        assert self._ratings() == ITEMS_BEFORE
        self.tell(f"a rater submitted {ITEMS_BEFORE} ratings in the browser")

    def a_schedule_fires(self) -> None:
        before, seen = self._asked()["requests"], self._run_ids()
        self.ui.switch("prompt_refresh", on=True)
        self.tell("prompt_refresh turned on in the browser, due every minute")
        run = self._finished("the schedule's run", lambda run: scheduled(run) and run["runId"] not in seen)
        assert run["status"] == "SUCCESS", run
        self.ui.switch("prompt_refresh", on=False)
        self.figures["calls_schedule_nothing_new"] = self._asked()["requests"] - before
        self.ui.visit("/automation")
        self.ui.picture("schedule", shows="prompt_refresh")
        self.tell(f"it fired, all prompts again: {self._asked()['requests'] - before} calls paid, nothing was new")

    # noon

    def a_check_fails(self) -> None:
        """The census is made again from a corrected delivery, and personas without drawing them anew."""
        before = self._release("personas.personas")
        lines = [line for (line,) in self._rows(TWO_PEOPLE)]
        deliver(self.folder / "pums", corrected=lines)
        run = self._run_by(lambda: self.ui.materialize("/locations/persona_pipeline/jobs/population"))
        assert run["status"] == "SUCCESS", run
        run = self._run_by(lambda: self.ui.materialize("/assets/personas/personas"))
        assert run["status"] == "FAILURE", run
        assert self._release("personas.personas") == before, "the last good table does not stand"
        self.ui.visit("/assets/personas/personas?view=checks&checkDetail=census_facts_unchanged")
        self.ui.picture("failed-check", shows="candidate rejected")
        self.tell(f"a census delivery corrected lines {lines}; personas made of the old one were kept out:")
        found = self.machine.typed("query", REJECTED)
        assert "census_facts_unchanged" in found.stdout, found.stdout + found.stderr
        print(found.stdout)
        self.figures["rows_in_quarantine"] = self._count("quarantine.personas_personas")

    # afternoon

    def the_machine_dies(self) -> None:
        write_prompts(self.folder / "inbox" / "afternoon.jsonl", "Should a town", NEW)
        seen, before = self._run_ids(), self._asked()["requests"]
        self.ui.switch("prompt_refresh", on=True)
        until(lambda: self._run_ids() - seen, "the schedule's run")
        self.ui.switch("prompt_refresh", on=False)  # one run is enough to look at
        until(lambda: self._asked()["requests"] >= before + ASKED_BEFORE_IT_DIES, "the new prompts", 400, 0.05)
        asked = self._asked()
        killed = self.machine.dies()
        self.died = time.monotonic()
        [self.interrupted] = self._run_ids_recorded() - seen
        self.before_death = before
        self.figures |= {"processes_killed": killed, "calls_paid_when_it_died": asked["requests"] - before}
        self.tell(
            f"{NEW} new prompts came, the schedule fired, and {asked['requests'] - before} calls later the machine "
            f"died: kill -9 of all its {killed} processes"
        )
        assert not self.machine.running()

    def everything_comes_back(self) -> None:
        start = time.monotonic()
        self._start_everything()
        until(lambda: answers(f"http://127.0.0.1:{self.study_port}/healthz"), "the study's web app")
        study = time.monotonic() - start
        until(self.ui.is_well, "the UI and its daemon", 400, 0.5)
        ui = time.monotonic() - start
        self.figures |= {"study_back_s": round(study, 1), "ui_back_s": round(ui, 1)}
        self.tell(f"started again: the study answers after {study:.0f} s, the UI with its daemon after {ui:.0f} s")

    def the_interrupted_run_goes_on(self) -> None:
        until(lambda: self._run(self.interrupted)["status"] == "FAILURE", "the interrupted run is marked as failed")
        marked = time.monotonic() - self.died
        self.ui.visit(f"/runs/{self.interrupted}")
        self.ui.picture("interrupted-run", shows="ended without saying so")
        again = self._finished(
            "the run that goes on", lambda run: run["tags"].get("dagster/parent_run_id") == self.interrupted
        )
        assert again["status"] == "SUCCESS", again
        self.ui.visit(f"/runs/{again['runId']}")
        self.ui.picture("run-again", shows="RUN_SUCCESS")
        until(lambda: all(run["endTime"] for run in self.ui.runs()), "no run is under way")
        stats = self._asked()
        twice = stats["requests"] - stats["distinct_requests"]  # since the morning; nobody asks twice on purpose
        self.figures |= {
            "marked_failed_after_s": round(marked, 1),
            "calls_paid_afterwards": stats["requests"] - self.before_death,
        }
        self.figures |= {
            "requests": stats["requests"],
            "distinct_requests": stats["distinct_requests"],
            "asked_twice": twice,
        }
        self.tell(f"the interrupted run was marked as failed {marked:.0f} s after the death and begun again by itself")
        self.tell(f"in all {stats['requests']:,} requests, {stats['distinct_requests']:,} of them distinct")
        assert twice <= MOST_ASKED_TWICE, twice

    def the_rater_goes_on(self) -> None:
        item = self.rater.comes_back()
        assert item == ITEMS_BEFORE + 1, item
        self.rater.picture("rater-after")
        self.rater.submits(item)
        assert self._ratings() == ITEMS_BEFORE + 1
        said = self.machine.typed("study", "import", self.store, "--from", "study_store")
        assert said.returncode == 0, said.stdout + said.stderr
        self.figures["ratings"] = self._ratings()
        self.tell(f"the rater found the {ITEMS_BEFORE} ratings there and goes on at item {item}")
        print(said.stdout)

    # evening

    def the_day_ends(self) -> None:
        self.ui.visit("/runs")
        self.ui.picture("runs", shows="Success")
        self.ui.visit("/asset-groups")
        self.ui.picture("lineage", shows="preference_pairs")
        self.machine.dies()
        seen = analyst.summary(self.folder / "analyst.jsonl")
        self.figures |= {f"analyst_{name}": count for name, count in seen.items()}
        with Ledger(self.folder / "persona.ledger.sqlite", read_only=True) as kept:
            self.figures["replies_in_ledger"] = len(list(kept.calls()))
        self.figures["releases"] = self._rows("SELECT count(*) FROM ops.releases")[0][0]
        self.tell(f"the analyst: {seen}")
        wrong = [name for name in ("errors", "torn", "changed_while_held", "went_back") if seen[name]]
        assert not wrong, wrong

    # what is looked up

    def _asked(self) -> dict[str, int]:
        answer = requests.get(self.endpoint.removesuffix("/v1") + "/stats", timeout=10)
        found: dict[str, int] = answer.json()
        return found

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        import duckdb  # noqa: TID251  # as an analyst would

        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def _count(self, table: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM {table}")[0][0])

    def _release(self, table: str) -> str:
        return str(self._rows(f"SELECT max(released_at) FROM ops.releases WHERE table_name = '{table}'")[0][0])

    def _ratings(self) -> int:
        with sqlite3.connect(self.store) as db:
            return int(db.execute("SELECT count(*) FROM current_answers").fetchone()[0])

    def _run_ids(self) -> set[str]:
        return {run["runId"] for run in self.ui.runs()}

    def _run_ids_recorded(self) -> set[str]:
        """From Dagster's own file, when nobody is there to be asked."""
        with sqlite3.connect(self.folder / "dagster_home" / "history" / "runs.db") as db:
            return {run_id for (run_id,) in db.execute("SELECT run_id FROM runs ORDER BY id DESC LIMIT 50")}

    def _run(self, run_id: str) -> dict[str, Any]:
        return next(run for run in self.ui.runs() if run["runId"] == run_id)

    def _run_by(self, click: Callable[[], None]) -> dict[str, Any]:
        """The run that a click began, when it is over."""
        seen = self._run_ids()
        click()
        return self._finished("the run that was begun with a click", lambda run: run["runId"] not in seen)

    def _finished(self, what: str, which: Any) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            return next((run for run in self.ui.runs() if which(run) and run["endTime"]), None)

        return until(found, what, 600, 1)


def scheduled(run: dict[str, Any]) -> bool:
    return run["tags"].get("dagster/schedule_name") == "prompt_refresh"


def deliver(folder: Path, corrected: Sequence[int] = ()) -> None:
    """The embedded census extract as if it were a delivery of files.

    Args:
        corrected: lines of the person file whose people are a year older than in the one before; its header is line 1.
    """
    folder.mkdir(exist_ok=True)
    with resources.as_file(resources.files("persona_pipeline.census").joinpath("embedded")) as embedded:
        for name in ("csv_pus.zip", "csv_hus.zip"):
            shutil.copy(embedded / name, folder / name)
    if corrected:
        make_older(folder / "csv_pus.zip", corrected)


def make_older(path: Path, lines: Sequence[int]) -> None:
    with zipfile.ZipFile(path) as archive:
        [name] = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
    for line in lines:
        rows[line - 2]["AGEP"] = str(int(rows[line - 2]["AGEP"]) + 1)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text.getvalue())


def write_prompts(path: Path, opening: str, count: int) -> None:
    """Questions that are all different."""
    whom = ("pay for", "forbid", "teach", "keep", "give up", "build")
    what = ("parks", "schools", "cars", "guns", "churches", "farms", "dams", "zoos")
    why = ("for the young", "for the old", "when money is short", "if most people want it", "in a hard winter")
    asked = [f"{opening} {a} {b} {c}, and who decides?" for a in whom for b in what for c in why]
    rows = [{"id": f"{path.stem}-{n}", "text": text, "licence": "CC0-1.0"} for n, text in enumerate(asked[:count])]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@contextmanager
def an_endpoint(folder: Path) -> Iterator[str]:
    """A model's endpoint, which is elsewhere: it lives through the machine's death and counts what it is asked."""
    port = free_port()
    command = [sys.executable, "-m", "persona_pipeline.cli", "serve-simulated", "--port", port]
    with open(folder / "endpoint.log", "wb") as log:
        server = subprocess.Popen(
            [*map(str, command), "--latency-ms", str(LATENCY_MS)], cwd=ROOT, stdout=log, stderr=log
        )
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the model's endpoint")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.kill()
        server.wait(20)


@contextmanager
def chromium() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("playwright is missing; it is among the development tools that make test installs") from None
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("there is no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=[*FLAGS, *QUIET])
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where everything goes; it must be new (default: a temporary one)")
    parser.add_argument("--pictures", type=Path, default=Path("data/a_day"), help="where screenshots go")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is ended then, too
    folder = (given.folder or Path(tempfile.mkdtemp(prefix="a-day-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    given.pictures.mkdir(parents=True, exist_ok=True)
    with an_endpoint(folder) as endpoint, chromium() as browser:
        day = Day(folder, given.pictures, endpoint, browser)
        try:
            day.play()
        except BaseException:
            day.ui.picture("as-it-failed", 0)
            raise
        finally:
            day.machine.dies()
    print(json.dumps({**day.figures, "seconds": round(time.monotonic() - day.began)}))


if __name__ == "__main__":
    main()
