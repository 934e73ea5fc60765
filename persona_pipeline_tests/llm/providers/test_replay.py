import asyncio
from pathlib import Path

import pytest

from persona_pipeline.errors import ConfigError, LedgerError
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import Provider, ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.runner import Runner
from persona_pipeline_tests.llm.asking import Scripted, many, question, reply_to


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recorded.sqlite"
    with Ledger(path) as ledger:
        Runner(Scripted(lambda r, _: reply_to(r, text=f"to {r.row_id}")), ledger, concurrency=2).run(
            many(3), asked_by="r"
        )
    return path


def replay(path: Path | None) -> Provider:
    return PROVIDERS.get("replay")(ProviderSettings(recording=path))


def test_it_answers_what_was_recorded_at_whatever_endpoint(recording: Path) -> None:
    provider = replay(recording)
    reply = asyncio.run(provider.send(many(3)[2]))
    assert (reply.status, reply.text, reply.simulated) == ("ok", "to row-2", False)
    assert reply.request_hash == many(3)[2].content_hash(provider.endpoint)
    assert not reply.from_ledger


def test_what_was_not_recorded_fails_and_says_what_is_missing(recording: Path) -> None:
    reply = asyncio.run(replay(recording).send(question(draw=4)))
    assert (reply.status, reply.failure_kind) == ("failed", "not_found")
    assert reply.failure == (
        "the recording holds no good reply of sim-a for feedback.base_responses row (template answer@1, draw 4)"
    )


def test_a_gap_in_the_recording_stops_nothing(recording: Path, tmp_path: Path) -> None:
    with Ledger(tmp_path / "new.sqlite") as ledger:
        replies = Runner(replay(recording), ledger, concurrency=2).run(many(4), asked_by="run")
    assert [r.status for r in replies] == ["ok", "ok", "ok", "failed"]


def test_another_recording_is_another_endpoint(recording: Path, tmp_path: Path) -> None:
    Ledger(tmp_path / "empty.sqlite").close()
    assert replay(recording).endpoint != replay(tmp_path / "empty.sqlite").endpoint
    assert replay(recording).endpoint == replay(recording).endpoint


def test_without_a_recording_there_is_no_replay(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no recording"):
        replay(None)
    with pytest.raises(LedgerError, match="no such file"):
        replay(tmp_path / "absent.sqlite")
