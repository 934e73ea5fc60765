"""doctor: what it finds, what to type, and how it ends."""

import fcntl
import json
from pathlib import Path
from typing import Any

from persona_pipeline.cli import examination
from persona_pipeline.warehouse.replacing import lock_path
from persona_pipeline_tests.cli.running import Said, cli
from persona_pipeline_tests.cli.test_endpoints import free_port
from persona_pipeline_tests.llm.servers import simulated_server

CANARY = "sk-canary-doctor-41b0"


def findings(said: Said) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(said.out):
        found.setdefault(one["matter"], []).append(one)
    return found


def examined(folder: Path, *options: object, **variables: str) -> tuple[Said, dict[str, list[dict[str, Any]]]]:
    said = cli("doctor", "--json", "--database", folder / "p.duckdb", *options, **variables)
    return said, findings(said)


def test_a_machine_that_is_well_ends_with_0_and_looks_at_everything(tmp_path):
    home = tmp_path / "home"
    cli("prepare-home", home)
    said, found = examined(tmp_path, DAGSTER_HOME=str(home))
    assert said.exit_code == 0, said.everything
    assert set(found) == {
        *("Python", "packages", "disk", "locks", "database", "ledger", "DAGSTER_HOME", "endpoint", "clock"),
        *("dictionary", "secrets"),
    }
    assert {one["state"] for several in found.values() for one in several} == {"ok"}
    assert "does not exist yet" in found["database"][0]["says"]
    assert not (tmp_path / "p.duckdb").exists()
    assert not (tmp_path / "p.ledger.sqlite").exists()


def test_an_endpoint_is_reached_with_the_key_and_asked_for_the_model(tmp_path):
    with simulated_server(api_key=CANARY) as (base_url, _):
        for key, model, state, part in (
            (CANARY, "sim-a", "ok", "takes the key"),
            (CANARY, "nobody", "warning", "does not list nobody"),
            ("wrong-key-1234", "sim-a", "problem", "refuses the key (HTTP 401)"),
        ):
            said, found = examined(tmp_path, "--base-url", base_url, "--model", model, OPENAI_API_KEY=key)
            [endpoint] = found["endpoint"]
            assert (endpoint["state"], part in endpoint["says"]) == (state, True), endpoint
            assert said.exit_code == (state == "problem")
            assert bool(endpoint["fix"]) == (state != "ok")
            assert key not in said.everything
            assert found["secrets"][0]["says"] == "set: OPENAI_API_KEY"


def test_an_endpoint_that_is_not_there_is_a_problem_with_a_fix(tmp_path):
    said, found = examined(tmp_path, "--base-url", f"http://127.0.0.1:{free_port()}/v1", OPENAI_API_KEY=CANARY)
    assert said.exit_code == 1
    assert "cannot be reached" in found["endpoint"][0]["says"]
    assert "Start the server" in found["endpoint"][0]["fix"]


def test_a_clock_that_is_far_from_the_endpoints_is_found(tmp_path, monkeypatch):
    with simulated_server() as (base_url, _):
        reached = examination.reach(base_url, None)
    late = examination.Reached(reached.took_s, reached.models, reached.date + 3600 if reached.date else 9e9)
    monkeypatch.setattr(examination, "reach", lambda *_: late)
    said, found = examined(tmp_path, "--base-url", base_url)
    assert said.exit_code == 1
    assert found["clock"][0]["state"] == "problem"
    assert "timedatectl" in found["clock"][0]["fix"]


def test_a_publisher_at_work_is_named_and_no_problem(tmp_path):
    with open(lock_path(tmp_path / "p.duckdb"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said, found = examined(tmp_path)
    assert said.exit_code == 0
    assert "publishing now" in found["locks"][0]["says"]


def test_files_that_are_something_else_are_problems(tmp_path):
    (tmp_path / "p.duckdb").write_bytes(b"no database" * 100)
    (tmp_path / "p.ledger.sqlite").write_bytes(b"no ledger" * 100)
    (tmp_path / "p.duckdb.wal").write_bytes(b"")
    said, found = examined(tmp_path)
    assert said.exit_code == 1
    for matter in ("database", "ledger"):
        assert found[matter][0]["state"] == "problem", matter
        assert found[matter][0]["fix"]
    assert "CHECKPOINT" in found["locks"][-1]["fix"]


def test_a_disk_without_room_or_on_the_network_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(examination, "ROOM_BYTES", 10**18)
    monkeypatch.setattr(examination, "_kind_of_disk", lambda _: "nfs4")
    said, found = examined(tmp_path)
    assert said.exit_code == 1
    assert [one["state"] for one in found["disk"]] == ["problem", "problem"]
    assert "locks do not hold" in found["disk"][1]["says"]


def test_a_home_with_telemetry_on_is_a_problem_and_one_without_its_file_a_warning(tmp_path):
    _, found = examined(tmp_path, DAGSTER_HOME=str(tmp_path))
    assert found["DAGSTER_HOME"][0]["fix"] == f"persona-pipeline prepare-home {tmp_path}"
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: true\n", "utf-8")
    said, found = examined(tmp_path, DAGSTER_HOME=str(tmp_path))
    assert (said.exit_code, found["DAGSTER_HOME"][0]["state"]) == (1, "problem")
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", "utf-8")  # of an earlier version
    _, found = examined(tmp_path, DAGSTER_HOME=str(tmp_path))
    assert (found["DAGSTER_HOME"][0]["state"], "prepare-home" in found["DAGSTER_HOME"][0]["fix"]) == ("warning", True)


def test_a_stale_dictionary_and_a_readable_env_file_are_warnings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "data_dictionary.md").write_text("old", "utf-8")
    (tmp_path / ".env").write_text("OPENAI_API_KEY=x", "utf-8")
    (tmp_path / ".env").chmod(0o644)
    said, found = examined(tmp_path)
    assert said.exit_code == 0
    assert (found["dictionary"][0]["state"], found["dictionary"][0]["fix"]) == ("warning", "make docs")
    assert found["secrets"][-1]["fix"] == "chmod 600 .env"


def test_every_problem_and_warning_of_the_text_has_something_to_type(tmp_path):
    said = cli("doctor", "--database", tmp_path / "p.duckdb")
    lines = said.out.splitlines()
    for place, line in enumerate(lines):
        if line.startswith(("warning", "problem")):
            assert lines[place + 1].strip().startswith("→"), line
