"""A run that asks for the next vintage says what it found on census/persons, and tells people once."""

import json

import dagster as dg
import pytest
import yaml

from persona_pipeline.definitions import build
from persona_pipeline.schedules import new_vintage_check
from persona_pipeline.webhook import VARIABLE
from persona_pipeline_tests.census.test_releases import CSV, DICTIONARY, PERSONS, ZIP
from persona_pipeline_tests.servers import answering

OK = (200, "text/plain", {})


def test_a_vintage_that_is_out_is_observed_each_week_and_told_once(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "run.yaml"
    monkeypatch.setenv("PERSONA_CONFIG", str(file))
    job = build().resolve_job_def("census_releases")
    with answering({"/hook": [OK]}) as server, dg.DagsterInstance.ephemeral() as instance:
        config = {"census": {"config": {"server": f"{server.url}/acs"}}, "experiment": {"config": {"seed": 1}}}
        file.write_text(yaml.safe_dump({"resources": config}), "utf-8")
        monkeypatch.setenv(VARIABLE, f"{server.url}/hook")

        def checked() -> dict[str, object]:
            tick = new_vintage_check(dg.build_schedule_context())
            assert job.execute_in_process(run_config=tick.run_config, instance=instance).success
            (record,) = instance.fetch_observations(dg.AssetKey(["census", "persons"]), limit=1).records
            return {name: value.value for name, value in record.asset_observation.metadata.items()}

        assert checked()["what_to_do"] == "nothing yet"
        server.answers |= {PERSONS: [ZIP], DICTIONARY: [CSV]}
        assert checked()["dictionary_is_there"] is True
        checked()
        told = [json.loads(body)["text"] for method, _, body in server.asked if method == "POST"]
    assert len(told) == 1
    assert told[0].startswith("persona_pipeline: The files of 2025-1yr and their data dictionary are there.")


def test_a_server_that_does_not_answer_fails_the_run_and_not_the_vintage() -> None:
    config = {"resources": {"census": {"config": {"server": "http://127.0.0.1:9/acs"}}}}
    job = build().resolve_job_def("census_releases")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("persona_pipeline.census.releases.FIRST_WAIT_S", 0.0)
        result = job.execute_in_process(run_config=config, raise_on_error=False)
    assert not result.success
    assert result.asset_observations_for_node("ask_for_the_next_vintage") == []
