"""Files of the Hugging Face hub, from a server on loopback that speaks its protocol."""

import socket
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub", reason="the extra [hub] is not installed")

from persona_pipeline.errors import ConfigError, FetchError
from persona_pipeline.prompts import hub as hubs_files
from persona_pipeline.prompts.candidates import Hub as Via
from persona_pipeline.prompts.candidates import read_candidates
from persona_pipeline.prompts.hub import HubFile
from persona_pipeline_tests.prompts.hubs import COMMIT, FILE, REPO, Hub, serving

LINE = b'{"conversation_id": "c1", "opening_prompt": "Is it late?"}\n'
PINNED = f"hub:{REPO}@{COMMIT}:{FILE}"
ON_MAIN = f"hub:{REPO}@main:{FILE}"


def read(name: str, cache: Path, endpoint: str, token: str | None = None):
    return read_candidates(name, via=Via(cache, token, endpoint))


def refused(name: str, cache: Path, hub: Hub, token: str | None = None) -> str:
    with serving(hub) as endpoint, pytest.raises(FetchError) as raised:
        read(name, cache, endpoint, token)
    assert "Traceback" not in str(raised.value)
    return str(raised.value)


def test_a_pinned_file_is_read_and_its_provenance_says_commit_and_content(tmp_path):
    with serving(Hub(LINE)) as endpoint:
        (row,) = read(PINNED, tmp_path, endpoint).to_dict("records")
    assert (row["source"], row["text"], row["licence"]) == ("prism", "Is it late?", "CC-BY-4.0 (human-written text)")
    assert row["provenance"].startswith(f"hub:{REPO}@{COMMIT}:{FILE} sha256:")


def test_a_pinned_file_in_the_cache_needs_no_hub(tmp_path):
    hub = Hub(LINE)
    with serving(hub) as endpoint:
        first = read(PINNED, tmp_path, endpoint)
        asked = len(hub.requests)
        assert read(PINNED, tmp_path, endpoint).equals(first)
        assert len(hub.requests) == asked
    assert read(PINNED, tmp_path, endpoint).equals(first)  # nobody answers there any more


def test_of_a_branch_the_commit_is_recorded_and_a_new_one_is_noticed(tmp_path):
    hub = Hub(LINE)
    with serving(hub) as endpoint:
        assert f"@{COMMIT}:" in read(ON_MAIN, tmp_path, endpoint)["provenance"][0]
        hub.revisions["main"], hub.content = "2" * 40, LINE.replace(b"late", b"early")
        again = read(ON_MAIN, tmp_path, endpoint)
    assert f"@{'2' * 40}:" in again["provenance"][0]
    assert again["text"].tolist() == ["Is it early?"]


def test_without_a_network_a_branch_is_what_it_was_last_time(tmp_path):
    with serving(Hub(LINE)) as endpoint:
        first = read(ON_MAIN, tmp_path, endpoint)
    assert read(ON_MAIN, tmp_path, endpoint).equals(first)


def test_a_table_on_the_hub_is_read_with_its_columns(tmp_path):
    from persona_pipeline.prompts.sources import Given

    hub = Hub(b'{"question": "Is it late?"}\n')
    with serving(hub) as endpoint:
        given = Given(columns={"text": "question"}, licence="CC0-1.0")
        found = read_candidates(prompts=PINNED, given=given, via=Via(tmp_path, None, endpoint))
    assert found[["source", "text", "licence"]].values.tolist() == [["jsonl", "Is it late?", "CC0-1.0"]]


def test_the_token_is_sent_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_environment")
    hub = Hub(LINE)
    with serving(hub) as endpoint:
        read(PINNED, tmp_path / "without", endpoint)
        assert {authorization for *_, authorization in hub.requests} == {None}
        read(PINNED, tmp_path / "with", endpoint, token="hf_given")
    assert hub.requests[-1][2] == "Bearer hf_given"


@pytest.mark.parametrize(
    ("name", "hub", "says"),
    [
        (PINNED, Hub(LINE, token="t", gated=True), "the repository is gated, and access was not granted"),
        (PINNED, Hub(LINE, token="t"), "there is no such repository, or it is not for everybody to see"),
        (f"hub:someone/else@{COMMIT}:{FILE}", Hub(LINE), "there is no such repository"),
        (f"hub:{REPO}@{'3' * 40}:{FILE}", Hub(LINE), "the repository has no such revision"),
        (f"hub:{REPO}@{COMMIT}:other.jsonl", Hub(LINE), "the repository has no such file"),
        (PINNED, Hub(LINE, fails=500), "the hub"),
        (PINNED, Hub(LINE, fails=403), "the hub"),
    ],
    ids=["gated", "unauthorised", "no repository", "no revision", "no file", "server error", "forbidden"],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(tmp_path, name, hub, says):
    message = refused(name, tmp_path, hub)
    assert says in message
    assert name in message
    assert list(tmp_path.rglob("*.jsonl")) == []
    assert len(hub.requests) <= 2  # nobody who says no is asked again and again


def test_a_token_is_never_in_an_error(tmp_path):
    assert "hf_wrong" not in refused(PINNED, tmp_path, Hub(LINE, token="right"), token="hf_wrong")


def test_an_address_where_nobody_answers_is_an_error_soon(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(FetchError, match="the hub cannot be reached"):
        read(PINNED, tmp_path, endpoint)


def test_a_hub_that_never_answers_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(hubs_files, "TIMEOUT_S", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(FetchError, match="the hub cannot be reached"):
            read(PINNED, tmp_path, endpoint)


@pytest.mark.parametrize("name", ["hub:", "hub:someone/prompts", "hub:x@main:f", f"hub:{REPO}@main:../../etc/passwd"])
def test_a_file_that_is_not_named_whole_is_a_setting_that_cannot_work(name):
    with pytest.raises(ConfigError, match="OWNER/NAME@REVISION:FILE"):
        HubFile.parse(name)
