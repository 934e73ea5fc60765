"""Sharded tables made as Parquet parts: found again, made by other processes, and the same as without them."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline_tests.cli.published import SMALL, Published, published
from persona_pipeline_tests.cli.running import ROOT, cli, refused, releases
from persona_pipeline_tests.llm.servers import simulated_server

CHAIN = 'key:"feedback/critiques" or key:"feedback/revisions"'
PAIRED = 'key:"feedback/pair_quality" or key:"feedback/preference_pairs"'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


def parts_in(folder: Path) -> dict[str, str]:
    """Each part's name with the SHA-256 of its bytes; what they are made of is left out."""
    files = [file for file in folder.rglob("*.parquet") if "inputs" not in file.parts]
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def configured(folder: Path, **parts: object) -> Path:
    file = folder / "parts.json"  # JSON is YAML
    file.write_text(json.dumps({"resources": {"parts": {"config": parts}}}), "utf-8")
    return file


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


def test_workers_without_a_place_for_parts_and_caps_over_several_workers_are_refused(
    made: Published, tmp_path: Path
) -> None:
    again = made.copied_to(tmp_path)
    command = ("run", *SMALL, "--select", CHAIN, "--database", again, "--config")
    refused(cli(*command, configured(tmp_path, workers="processes")), "PERSONA_PARTS")
    kept = configured(tmp_path, workers="processes", folder=str(tmp_path / "p"))
    refused(cli(*command, kept, "--max-tokens", 5), "one process only")


def test_a_killed_dask_worker_changes_nothing_and_no_recorded_call_is_paid_again(
    made: Published, tmp_path: Path
) -> None:
    pytest.importorskip("distributed", reason="needs the extra dask: pip install 'persona-pipeline[dask]'")
    with simulated_server(latency_s=0.25) as (base_url, server), dask_cluster(tmp_path) as (scheduler, workers):
        asked = ("run", *SMALL, "--select", CHAIN, "--base-url", base_url, "--model", "sim-a", "--concurrency", 2)
        plain = made.copied_to(folder_of(tmp_path, "plain"))
        here = configured(plain.parent, folder=str(plain.parent / "parts"))
        assert cli(*asked, "--database", plain, "--config", here).exit_code == 0
        alone, asked_alone = server.stats.requests, len(server.stats.bodies)
        assert alone == asked_alone  # a base for the count: no call was made twice

        spread = made.copied_to(folder_of(tmp_path, "spread"))
        ledger = spread.with_name("p.ledger.sqlite")
        there = configured(spread.parent, folder=str(spread.parent / "parts"), workers="dask", scheduler=scheduler)
        killing = threading.Thread(target=kill_after, args=(workers[0], server.stats, alone + 6))
        killing.start()
        said = cli(*asked, "--database", spread, "--config", there)
        killing.join(60)
        assert said.exit_code == 0, said.everything
        assert workers[0].poll() == -9  # it was killed, and in the middle
        assert releases(spread) == releases(plain)
        assert parts_in(spread.parent / "parts") == parts_in(plain.parent / "parts")
        with Ledger(ledger) as kept:
            calls = list(kept.calls())
        assert len(calls) == asked_alone
        # asked twice at most: what the killed worker had asked and not recorded, two at once, 0.25 s to the commit
        assert alone <= server.stats.requests - alone <= alone + 4


@contextmanager
def dask_cluster(folder: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A real scheduler and two workers, each a process."""
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
            process.wait(20)


def started(folder: Path, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
    with open(folder / "dask.log", "ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": "none"},
            cwd=folder,
            stdout=log,
            stderr=log,
        )


def kill_after(worker: "subprocess.Popen[bytes]", stats: object, requests: int) -> None:
    """Ends a worker as soon as the server has answered so many requests."""
    deadline = time.monotonic() + 300
    while stats.requests < requests and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.02)
    worker.kill()


def folder_of(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
