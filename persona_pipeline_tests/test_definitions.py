"""What `dagster dev` loads: definitions, presets, jobs, schedules, workspace."""

import datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.workspace.load_target import WorkspaceFileTarget

from persona_pipeline.definitions import build, of_the_file
from persona_pipeline.jobs import JOBS, configured
from persona_pipeline_tests.cli.running import ROOT

PRESETS = sorted((ROOT / "config").glob("*.yaml"))


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build()


def test_there_are_presets():
    assert [path.name for path in PRESETS] == ["demo.yaml", "local.yaml", "paper.yaml"]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.name)
def test_a_preset_can_be_pasted_into_the_launchpad(preset: Path, definitions):
    config = yaml.safe_load(preset.read_text("utf-8"))
    resolved = dg.validate_run_config(definitions.resolve_job_def("everything"), config)
    for resource, given in config["resources"].items():
        assert given["config"].items() <= resolved["resources"][resource]["config"].items()
    for op, given in config["ops"].items():
        assert given["config"].items() <= resolved["ops"][op]["config"].items()


def test_the_papers_preset_has_the_papers_sizes():
    config = yaml.safe_load((ROOT / "config" / "paper.yaml").read_text("utf-8"))
    personas = config["resources"]["experiment"]["config"]["personas"]
    pairs = config["ops"]["feedback__assignments"]["config"]["pairs_per_persona"]
    assert (personas, pairs, personas * pairs) == (1_586, 200, 317_200)
    assert config["ops"]["bench__design"]["config"]["n_items"] == 700


def test_every_schedule_gives_its_job_what_it_accepts(definitions, monkeypatch):
    """With the paper's preset, which names settings of steps that most jobs do not have."""
    monkeypatch.setenv("PERSONA_CONFIG", str(ROOT / "config" / "paper.yaml"))
    monday = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
    repository = definitions.get_repository_def()
    for schedule in repository.schedule_defs:
        context = dg.build_schedule_context(scheduled_execution_time=monday, repository_def=repository)
        (request,) = schedule.evaluate_tick(context).run_requests
        dg.validate_run_config(definitions.resolve_job_def(schedule.job_name), request.run_config)


def test_every_setting_says_what_it_means(definitions):
    for name, resource in definitions.resources.items():
        for field, info in type(resource).model_fields.items():
            assert info.description, f"{name}.{field}"


def test_no_schedule_and_no_sensor_runs_until_somebody_turns_it_on(definitions):
    repository = definitions.get_repository_def()
    assert {each.default_status for each in repository.schedule_defs} == {dg.DefaultScheduleStatus.STOPPED}
    assert {each.default_status for each in repository.sensor_defs} == {dg.DefaultSensorStatus.STOPPED}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.name)
@pytest.mark.parametrize("job", JOBS)
def test_what_a_schedule_or_sensor_gives_a_job_is_accepted(job, preset: Path, definitions, monkeypatch):
    monkeypatch.setenv("PERSONA_CONFIG", str(preset))
    config = configured(job)
    assert not isinstance(config, dg.SkipReason)
    dg.validate_run_config(definitions.resolve_job_def(job), config)


def test_what_is_started_in_the_ui_without_a_configuration_asks_whom_the_file_names(tmp_path, monkeypatch):
    """A backfill with a click must not put the simulated model's rows among paid ones."""
    file = tmp_path / "run.yaml"
    file.write_text("resources: {chat: {config: {model: m, judge: j, provider: openai_compatible}}, experiment: {}}\n")
    monkeypatch.setenv("PERSONA_CONFIG", str(file))
    monkeypatch.setenv("PERSONA_DUCKDB", "x/p.duckdb")
    shards = build(given=of_the_file()).resolve_job_def("shards")
    resources = dg.validate_run_config(shards, {})["resources"]
    asked = resources["chat"]["config"]
    assert (asked["model"], asked["judge"], asked["provider"]) == ("m", "j", "openai_compatible")
    assert resources["warehouse"]["config"]["path"] == "x/p.duckdb"
    said = dg.validate_run_config(shards, {"resources": {"chat": {"config": {"model": "other"}}}})
    assert (said["resources"]["chat"]["config"]["model"], said["resources"]["chat"]["config"]["judge"]) == (
        "other",
        "j",
    )
    monkeypatch.delenv("PERSONA_CONFIG")
    assert of_the_file() == {}


def test_every_job_can_be_resolved(definitions):
    for job in definitions.jobs:
        assert definitions.resolve_job_def(job.name).nodes, job.name


def test_the_workspace_names_the_definitions(monkeypatch):
    monkeypatch.chdir(ROOT)
    (origin,) = WorkspaceFileTarget(paths=["workspace.yaml"]).create_origins()
    assert origin.location_name == "persona_pipeline"
    assert origin.loadable_target_origin.module_name == "persona_pipeline.definitions"
