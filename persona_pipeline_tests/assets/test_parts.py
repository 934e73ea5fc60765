"""Sharded tables made as Parquet parts: found again, made by other processes, and the same as without them."""

import hashlib
import importlib
import multiprocessing
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from persona_pipeline.assets.asking import Asked, Asking
from persona_pipeline.assets.feedback import OF_CRITIQUES
from persona_pipeline.assets.parts import Work, make_part, refuse_caps
from persona_pipeline.assets.sharding import Inputs, Made, Recipe
from persona_pipeline.errors import ConfigError
from persona_pipeline.feedback import base
from persona_pipeline.feedback.assignment import assign
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.usage import Usage
from persona_pipeline.resources import Chat, Parts, Warehouse
from persona_pipeline.resources.workers import Dask, InProcess, Processes
from persona_pipeline.schemas.feedback import ASSIGNMENTS, BASE_RESPONSES, CRITIQUES
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.schemas.shards import SHARDS, span_of
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.parts import PartStore, read_part
from persona_pipeline_tests.cli.published import SMALL, Published, published
from persona_pipeline_tests.cli.running import cli, releases
from persona_pipeline_tests.feedback.factories import personas, prompts, simulated
from persona_pipeline_tests.llm.servers import simulated_server

PAIRED = 'key:"feedback/pair_quality" or key:"feedback/preference_pairs"'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


def parts_in(folder: Path) -> dict[str, str]:
    """Each part's name with the SHA-256 of its bytes; what they are made of is left out."""
    files = [file for file in folder.rglob("*.parquet") if "inputs" not in file.parts]
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_parts_give_the_same_tables_and_are_not_made_again(made: Published, tmp_path: Path) -> None:
    again, store = made.copied_to(tmp_path, ledger=True), tmp_path / "parts"
    command = ("run", *SMALL, "--select", PAIRED, "--database", again)
    said = cli(*command, PERSONA_PARTS=str(store))
    assert said.exit_code == 0, said.everything
    assert releases(again) == releases(made.database)
    first = {file: file.stat().st_mtime_ns for file in store.rglob("*.parquet")}
    assert {file.parent.name for file in first} >= {"feedback.pair_quality", "feedback.preference_pairs"}
    assert cli(*command, PERSONA_PARTS=str(store)).exit_code == 0
    assert releases(again) == releases(made.database)
    assert {file: file.stat().st_mtime_ns for file in store.rglob("*.parquet")} == first


def test_workers_without_a_place_for_parts_are_refused() -> None:
    with pytest.raises(ConfigError, match="PERSONA_PARTS"):
        Parts(workers="processes").store()


def test_a_cap_is_refused_where_several_processes_would_each_keep_to_it() -> None:
    with pytest.raises(ConfigError, match="one process only"):
        refuse_caps(Parts(folder="x", workers="dask"), Chat(max_tokens=5))
    refuse_caps(Parts(folder="x"), Chat(max_tokens=5))


def test_a_failed_call_is_asked_again_by_the_next_run_and_by_that_one_only(small: Warehouse, tmp_path: Path) -> None:
    store, ledger = PartStore(str(tmp_path / "parts")), tmp_path / "l.sqlite"
    found = [span_of("0")]
    refused_port = Chat(provider="openai_compatible", base_url="http://127.0.0.1:9/v1", attempts=1)
    broken = Work(recipe_that_fails(), {}, Asking(refused_port, ledger, "first"), small)
    for run_id, counted in (("first", "parts_made"), ("first", "parts_found"), ("second", "parts_made")):
        work = replace(broken, asking=Asking(refused_port, ledger, run_id))
        [made] = work.stored(found, store, InProcess(), tmp_path)
        assert made.counts == {counted: 1}


def test_another_version_or_another_machines_ledger_is_refused(small: Warehouse, tmp_path: Path) -> None:
    work = Work(OF_CRITIQUES, {}, Asking(Chat(), tmp_path / "l.sqlite", "run"), small)
    [task] = work._tasks([span_of("0")], PartStore(str(tmp_path)))
    with pytest.raises(ConfigError, match="another version"):
        make_part(replace(task, code="other"))
    with pytest.raises(ConfigError, match="PERSONA_LEDGER=postgresql"):
        make_part(replace(task, ledger_host="elsewhere"))


def test_a_killed_dask_worker_changes_nothing_and_no_recorded_call_is_paid_again(
    small: Warehouse, tmp_path: Path
) -> None:
    pytest.importorskip("distributed", reason="needs the extra dask: pip install 'persona-pipeline[dask]'")
    found = [span_of(shard) for shard in SHARDS[:PEOPLE]]
    with simulated_server(latency_s=0.4) as (base_url, server), dask_cluster(tmp_path) as (scheduler, workers):
        at_once = Chat(provider="openai_compatible", base_url=base_url, concurrency=QUESTIONS)
        here = Work(OF_CRITIQUES, {}, Asking(at_once, tmp_path / "here.sqlite", "run"), small)
        alone = [made.rows for made in here.here(found, tmp_path)]
        assert server.stats.requests == len(server.stats.bodies) == PEOPLE * QUESTIONS

        ledger, seen = tmp_path / "dask.sqlite", server.stats.requests
        chat = Chat(provider="openai_compatible", base_url=base_url, concurrency=1)
        work = replace(here, asking=Asking(chat, ledger, "run"))
        killing = threading.Thread(target=kill_after, args=(workers[0], server.stats, seen + QUESTIONS))
        killing.start()
        made = list(work.stored(found, PartStore(str(tmp_path / "dask")), Dask(scheduler), tmp_path))
        killing.join(60)
        workers[0].join(60)
        assert workers[0].exitcode == -9
        asked = server.stats.requests - seen
    rows = [read_part(CRITIQUES, part.rows) for part in made if isinstance(part.rows, Path)]
    assert [frame.to_json() for frame in rows] == [frame.to_json() for frame in alone]
    in_process = replace(here, asking=Asking(chat, tmp_path / "here.sqlite", "run"))
    list(in_process.stored(found, PartStore(str(tmp_path / "again")), InProcess(), tmp_path))
    assert parts_in(tmp_path / "dask") == parts_in(tmp_path / "again")  # byte for byte
    with Ledger(ledger) as kept:
        assert len(list(kept.calls())) == PEOPLE * QUESTIONS
    # at most what the killed worker had asked and not yet recorded: one under way, one within the 0.25 s to a commit
    assert PEOPLE * QUESTIONS <= asked <= PEOPLE * QUESTIONS + 2
    assert sum(part.counts.get("parts_made", 0) for part in made) == PEOPLE


def test_another_process_makes_the_same_parts(small: Warehouse, tmp_path: Path) -> None:
    found = [span_of("0"), span_of("1")]
    work = Work(OF_CRITIQUES, {}, Asking(Chat(), tmp_path / "l.sqlite", "run"), small)
    for name, crew in (("one", InProcess()), ("two", Processes(1))):
        list(work.stored(found, PartStore(str(tmp_path / name)), crew, tmp_path))
    assert parts_in(tmp_path / "one") == parts_in(tmp_path / "two")


PEOPLE, QUESTIONS = 4, 5


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Four personas, each of another shard, with five assignments; what critiques are made of."""
    folder = tmp_path_factory.mktemp("small")
    warehouse = Warehouse(path=str(folder / "p.duckdb"))
    people = personas(PEOPLE).assign(variant="demographics_only")
    questions = prompts(QUESTIONS, 2).assign(topic_by="tf-idf")
    assigned = assign(people, questions, pairs_per_persona=QUESTIONS, base_per="prompt", seed=1)
    requests = base.requests(assigned.drop_duplicates("base_id"), questions, model="sim-a")
    answered = base.parse(assigned.drop_duplicates("base_id"), requests, simulated(requests))
    for table, frame in ((PERSONAS, people), (PROMPTS, questions), (ASSIGNMENTS, assigned), (BASE_RESPONSES, answered)):
        warehouse.file.publish(Publication(table, frame, "made for a test"))
    return warehouse


def no_answers(inputs: Inputs, asking: Asking) -> Made:
    """Critiques of which each call failed."""
    assigned = inputs.read(ASSIGNMENTS)
    asked = Asked(asking.chat.asking_prices(), Counter({"failed": len(assigned)}), 0, Usage())
    return Made(CRITIQUES.frame(), 0, asked=asked)


def recipe_that_fails() -> Recipe:
    return replace(OF_CRITIQUES, make=no_answers)


SERVER = multiprocessing.get_context("forkserver")
"""Begins processes that have everything imported, which is most of what a worker costs."""


@contextmanager
def dask_cluster(folder: Path) -> Iterator[tuple[str, list[BaseProcess]]]:
    """A real scheduler and two workers, each a process."""
    SERVER.set_forkserver_preload(["distributed.cli.dask_worker", "persona_pipeline.assets.feedback"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    scheduler = started(folder, "dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
    options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    workers = [started(folder, "dask_worker", address, *options) for _ in range(2)]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.join(20)


def started(folder: Path, module: str, *arguments: str) -> BaseProcess:
    process = SERVER.Process(target=as_typed, args=(folder, module, [*arguments, "--no-dashboard"]))
    process.start()
    return process


def as_typed(folder: Path, module: str, arguments: list[str]) -> None:
    """What `python -m distributed.cli.MODULE` does, with its output in a file."""
    with open(folder / "dask.log", "ab") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    os.chdir(folder)
    os.environ["PERSONA_LEDGER"] = ""
    importlib.import_module(f"distributed.cli.{module}").main(arguments)


def kill_after(worker: BaseProcess, stats: object, requests: int) -> None:
    """Ends a worker as soon as the server has answered so many requests."""
    deadline = time.monotonic() + 300
    while stats.requests < requests and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.02)
    worker.kill()
