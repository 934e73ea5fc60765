"""A run through real sockets: the simulated server as a process, and endpoints that refuse."""

import socket
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persona_pipeline.schemas.dictionary import EVERY_SCHEMA
from persona_pipeline.schemas.tables import TABLES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import SMALL, Published, published
from persona_pipeline_tests.cli.running import cli, refused, releases, scalar, start, stats, unchanged
from persona_pipeline_tests.llm.batch.test_vllm_files import run_batch
from persona_pipeline_tests.llm.servers import simulated_server

assert EVERY_SCHEMA  # imported, so that TABLES is complete
CANARY = "sk-canary-7f3a9c51d2"
ONE_WAVE = ("--select", 'key:"prompts/verdicts"')
CONCURRENCY, LATENCY_S = 4, 0.05


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


@contextmanager
def serving() -> Iterator[str]:
    """The base URL of `persona-pipeline serve-simulated`, a process of its own."""
    port = free_port()
    process = start("serve-simulated", "--port", port)
    try:
        base_url = f"http://127.0.0.1:{port}/v1"
        _until_it_answers(base_url, process)
        yield base_url
    finally:
        process.terminate()
        process.communicate(timeout=30)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


def _until_it_answers(base_url: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            stats(base_url)
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")


def test_what_a_server_answers_is_asked_once_counted_and_marked(made, tmp_path):
    database = made.copied_to(tmp_path)
    with serving() as base_url:
        said = cli(
            *("run", *SMALL, "--select", "not group:census", "--database", database),
            *("--base-url", base_url, "--model", "sim-a", "--judge", "sim-b"),
        )
        assert said.exit_code == 0, said.everything
        counted = stats(base_url)
    calls = scalar(database, "SELECT count(*) FROM ops.model_calls")
    assert counted["requests"] == counted["distinct_requests"] == calls
    assert scalar(database, "SELECT DISTINCT endpoint FROM ops.model_calls") == base_url
    for table in (table for _, table in TABLES.items() if "simulated" in table.column_names):
        unmarked = f"SELECT count(*) FROM {table.path} WHERE NOT simulated AND " + asked(table.column_names)
        assert scalar(database, unmarked) == 0, table.path
    same_words = "SELECT persona_id, lifestyle, mannerisms FROM personas.personas ORDER BY persona_id"
    assert WarehouseFile(database).rows(same_words) == WarehouseFile(made.database).rows(same_words)


def asked(columns: list[str]) -> str:
    """The rows that a model was asked for: a verdict by rule comes from nobody's answer."""
    return "decided_by = 'model'" if "decided_by" in columns else "true"


def test_a_run_killed_in_the_middle_of_a_wave_asks_only_what_is_missing(made, tmp_path):
    database = made.copied_to(tmp_path)
    with simulated_server(latency_s=LATENCY_S) as (base_url, _):
        options = (*ONE_WAVE, "--database", database, "--base-url", base_url, "--concurrency", CONCURRENCY)
        with unchanged(database):
            killed = start("run", *options, "--model", "sim-a")
            deadline = time.monotonic() + 60
            while stats(base_url)["requests"] < 100:
                assert killed.poll() is None, killed.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            killed.kill()
            killed.communicate(timeout=30)
        said = cli("run", *options, "--model", "sim-a")
        assert said.exit_code == 0, said.everything
        counted = stats(base_url)
    wanted = scalar(database, "SELECT count(*) FROM prompts.verdicts")
    assert counted["distinct_requests"] == wanted
    recorded_late = CONCURRENCY / LATENCY_S * 0.35  # the ledger writes several times a second, not at every reply
    assert 0 <= counted["requests"] - wanted <= CONCURRENCY + recorded_late
    assert releases(database)["prompts.verdicts"][1] == releases(made.database)["prompts.verdicts"][1]


def test_a_wave_by_batch_gives_the_rows_of_a_live_one_and_is_listed(made, tmp_path):
    database, ledger = made.copied_to(tmp_path), tmp_path / "l.sqlite"
    with simulated_server(batch_delay_s=0.3) as (base_url, _):
        options = (*ONE_WAVE, "--database", database, "--ledger", ledger, "--base-url", base_url, "--model", "sim-a")
        assert cli("run", *options, "--how", "batch").exit_code == 0
        assert cli("run", *options).exit_code == 0
        counted = stats(base_url)
    wanted = scalar(database, "SELECT count(*) FROM prompts.decisions WHERE decided_by = 'model'")
    assert (counted["requests"], counted["batch_lines"], counted["batches"]) == (wanted, wanted, 1)
    assert releases(database)["prompts.decisions"][1] == releases(made.database)["prompts.decisions"][1]
    listed = cli("ledger", "batches", ledger)
    assert f"{wanted} requests to sim-a for prompts.verdicts, 0 without an answer yet" in listed.out
    key = listed.out.split()[0]
    assert f"{key}  " in listed.out
    assert "batch: forgotten" in cli("ledger", "batches", ledger, "--forget", key).out
    refused(cli("ledger", "batches", ledger, "--forget", "batch-x"), "there is no batch batch-x", "ledger batches")


def test_a_wave_by_files_says_what_to_type_and_goes_on_when_it_was_typed(made, tmp_path):
    database, folder = made.copied_to(tmp_path), tmp_path / "files"
    options = (*ONE_WAVE, "--database", database, "--ledger", tmp_path / "l.sqlite", "--model", "sim-a")
    with unchanged(database):
        waiting = cli("run", *options, "--batch-folder", folder)
    assert waiting.exit_code == 1
    assert waiting.last_line.strip().startswith("vllm run-batch -i ")
    [questions] = folder.glob("*.in.jsonl")
    run_batch(questions, questions.with_name(questions.name.replace(".in.", ".out.")))
    said = cli("run", *options, "--batch-folder", folder)
    assert said.exit_code == 0, said.everything


def test_batches_are_refused_for_a_provider_that_takes_none(made, tmp_path):
    said = cli("run", *ONE_WAVE, "--database", made.database, "--ledger", tmp_path / "l.sqlite", "--how", "batch")
    refused(said, "'simulated' does not take batches", "--base-url")


def test_an_endpoint_that_is_not_there_is_named_soon(made, tmp_path):
    base_url = f"http://127.0.0.1:{free_port()}/v1"
    began = time.monotonic()
    with unchanged(made.database):
        said = cli(
            *("run", *ONE_WAVE, "--database", made.database, "--ledger", tmp_path / "l.sqlite"),
            *("--base-url", base_url, "--model", "sim-a"),
        )
    refused(said, "prompts.verdicts", base_url, "the endpoint cannot be reached", "Start the server")
    assert time.monotonic() - began < 30


def test_a_model_that_the_endpoint_does_not_know_is_named(made, tmp_path):
    with simulated_server() as (base_url, _), unchanged(made.database):
        said = cli(
            *("run", *ONE_WAVE, "--database", made.database, "--ledger", tmp_path / "l.sqlite"),
            *("--base-url", base_url, "--model", "no-such-model"),
        )
    refused(said, base_url, "HTTP 404", "no-such-model", "Check the model's name")


def test_a_model_that_is_not_simulated_is_refused_by_the_embedded_provider(made, tmp_path):
    with unchanged(made.database):
        said = cli(
            *("run", *ONE_WAVE, "--database", made.database, "--ledger", tmp_path / "l.sqlite"),
            *("--model", "no-such-model"),
        )
    refused(said, "no-such-model", "sim-a", "sim-d")


def test_an_unknown_provider_lists_the_known_ones(made, tmp_path):
    with unchanged(made.database):
        said = cli(
            *("run", *ONE_WAVE, "--database", made.database, "--ledger", tmp_path / "l.sqlite"),
            *("--provider", "nobody"),
        )
    refused(said, "'nobody'", "openai_compatible", "replay", "simulated")


def test_an_address_with_a_password_is_refused_and_the_password_not_shown(made, tmp_path):
    with unchanged(made.database):
        said = cli(
            *("run", *ONE_WAVE, "--database", made.database, "--ledger", tmp_path / "l.sqlite"),
            *("--base-url", f"http://me:{CANARY}@127.0.0.1:1/v1", "--model", "sim-a"),
        )
    refused(said, "holds a user name or password", "OPENAI_API_KEY")
    assert CANARY not in said.everything


def test_a_wrong_key_is_named_as_such_and_kept_nowhere(made, tmp_path):
    said, files = _run_with_key(made, tmp_path, accepted="another key")
    refused(said, "the endpoint refuses the credentials", "HTTP 401", "Set OPENAI_API_KEY")
    assert CANARY not in said.everything
    assert holding_the_key(files) == []


def test_a_right_key_opens_the_endpoint_and_is_kept_nowhere(made, tmp_path):
    said, files = _run_with_key(made, tmp_path, accepted=CANARY)
    assert said.exit_code == 0, said.everything
    assert CANARY not in said.everything
    assert {path.suffix for path in files} >= {".duckdb", ".sqlite", ".db"}
    assert holding_the_key(files) == []


def _run_with_key(made: Published, folder: Path, *, accepted: str):
    """A run with the canary as its key, recorded by Dagster; what it said, and every file that it left."""
    database, home = made.copied_to(folder), folder / "home"
    cli("prepare-home", home)
    with simulated_server(api_key=accepted) as (base_url, _):
        said = cli(
            *("run", *ONE_WAVE, "--database", database, "--base-url", base_url, "--model", "sim-a"),
            DAGSTER_HOME=str(home),
            OPENAI_API_KEY=CANARY,
        )
    return said, [path for path in folder.rglob("*") if path.is_file()]


def holding_the_key(files: list[Path]) -> list[Path]:
    return [path for path in files if CANARY.encode() in path.read_bytes()]
