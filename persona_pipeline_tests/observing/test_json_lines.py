"""A run's log as JSON lines: off unless told, one object a line, no secret in it."""

import json
import logging
from pathlib import Path

from persona_pipeline.observing.json_lines import JsonLines, as_mapping, without
from persona_pipeline.settings import Settings


def record(message: str, **told: object) -> logging.LogRecord:
    made = logging.LogRecord("dagster", logging.INFO, "file.py", 1, message, None, None)
    made.created = 1_700_000_000.25  # 2023-11-14 22:13:20.250 UTC
    if told:
        made.dagster_meta = told
    return made


def test_a_line_says_when_how_grave_and_of_which_run_and_step():
    found = as_mapping(record("…", run_id="r1", job_name="everything", step_key="prompts__flags", orig_message="hello"))
    assert found == {
        "time": "2023-11-14T22:13:20.250+00:00",
        "level": "info",
        "logger": "dagster",
        "run_id": "r1",
        "job": "everything",
        "step": "prompts__flags",
        "message": "hello",
    }


def test_each_record_is_one_line_whatever_is_in_it(tmp_path: Path):
    log = tmp_path / "deep" / "run.jsonl"
    handler = JsonLines(str(log))
    for message in ("one", "two\nlines", "“ümlaut” \x1b[31m"):
        handler.emit(record(message))
    lines = log.read_text("utf-8").splitlines()
    assert [json.loads(line)["message"] for line in lines] == ["one", "two\nlines", "“ümlaut” \x1b[31m"]


def test_without_the_setting_nothing_is_written(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.delenv("PERSONA_LOG", raising=False)
    monkeypatch.chdir(tmp_path)
    JsonLines().emit(record("quiet"))
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")


def test_a_dash_means_stderr(capsys):
    JsonLines("-").emit(record("aloud"))
    assert json.loads(capsys.readouterr().err)["message"] == "aloud"


def test_a_log_that_cannot_be_written_does_not_end_the_run(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    (tmp_path / "file").write_text("")
    JsonLines(str(tmp_path / "file" / "log.jsonl")).emit(record("lost"))


def test_secrets_are_known_by_the_names_of_their_variables_and_taken_out():
    settings = Settings.from_environment(
        {
            "OPENAI_API_KEY": "sk-canary-1",
            "HF_TOKEN": "hf_canary-2",
            "PERSONA_STUDY_SECRET": "canary-three",
            "PERSONA_WEBHOOK_URL": "https://hooks.example/T/canary-4",
            "OTHER_KEY": "short",  # five letters: ordinary words may hold it
            "HOME": "/home/somebody",
        }
    )
    text = "sk-canary-1 hf_canary-2 canary-three https://hooks.example/T/canary-4 short /home/somebody"
    assert without(settings.secrets(), text) == "[secret] [secret] [secret] [secret] short /home/somebody"
