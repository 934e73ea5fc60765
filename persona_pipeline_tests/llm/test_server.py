import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.listening import bound_socket
from persona_pipeline.llm.server import serve
from persona_pipeline.simulation import respond
from persona_pipeline_tests.llm.asking import question
from persona_pipeline_tests.llm.servers import simulated_server


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with simulated_server() as (address, _):
        yield address


def call(url: str, body: object = None, key: str | None = None) -> tuple[int, dict[str, Any]]:
    content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def chat(base_url: str, **changes: object) -> tuple[int, dict[str, Any]]:
    return call(f"{base_url}/chat/completions", {**question().body(), **changes})


def test_it_answers_as_the_simulated_model_does_and_says_so(base_url: str) -> None:
    status, found = chat(base_url)
    assert status == 200
    assert found["choices"][0]["message"]["content"] == respond("sim-a", question().messages)
    assert found["choices"][0]["finish_reason"] == "stop"
    assert (found["model"], found["system_fingerprint"], found["object"]) == ("sim-a", "simulated", "chat.completion")
    usage = found["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_a_seed_makes_another_draw(base_url: str) -> None:
    texts = {chat(base_url, seed=seed)[1]["choices"][0]["message"]["content"] for seed in range(6)}
    assert len(texts) >= 4
    assert respond("sim-a", question().messages, 5) in texts


def test_an_answer_is_cut_at_max_tokens(base_url: str) -> None:
    _, found = chat(base_url, max_tokens=4)
    assert found["choices"][0]["finish_reason"] == "length"
    assert found["usage"]["completion_tokens"] == 4


def test_an_unknown_model_is_not_found(base_url: str) -> None:
    status, found = chat(base_url, model="gpt-x")
    assert status == 404
    assert found["error"]["code"] == "model_not_found"
    assert "sim-a, sim-b, sim-c, sim-d" in found["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "cook", "content": "x"}]}, "messages.0.role"),
        ({"temperature": 9}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"seed": "x"}, "seed"),
        ({"stream": True}, "stream"),
    ],
)
def test_a_wrong_body_is_a_bad_request_that_names_the_field(base_url: str, changes: dict[str, Any], param: str) -> None:
    status, found = chat(base_url, **changes)
    assert (status, found["error"]["param"], found["error"]["type"]) == (400, param, "invalid_request_error")


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_what_is_no_json_object_is_a_bad_request(base_url: str, body: bytes) -> None:
    status, found = call(f"{base_url}/chat/completions", body)
    assert (status, found["error"]["message"]) == (400, "The body is not a JSON object.")


def test_it_lists_its_models(base_url: str) -> None:
    _, found = call(f"{base_url}/models")
    assert [model["id"] for model in found["data"]] == ["sim-a", "sim-b", "sim-c", "sim-d"]


def test_an_unknown_address_is_an_error_in_the_same_shape(base_url: str) -> None:
    status, found = call(f"{base_url}/images", {})
    assert (status, found["error"]["code"]) == (404, "not_found")


def test_embeddings_are_answered_for_the_model_that_there_is(base_url: str) -> None:
    status, found = call(f"{base_url}/embeddings", {"model": "sim-embed", "input": ["dog", "cat"]})
    assert (status, [item["index"] for item in found["data"]]) == (200, [0, 1])
    status, found = call(f"{base_url}/embeddings", {"model": "other", "input": "dog"})
    assert (status, found["error"]["code"]) == (404, "model_not_found")
    status, found = call(f"{base_url}/embeddings", {"model": "sim-embed"})
    assert (status, found["error"]["param"]) == (400, "input")


def test_stats_count_requests_and_distinct_ones() -> None:
    with simulated_server() as (base_url, _):
        for seed in (1, 1, 2):
            chat(base_url, seed=seed)
        chat(base_url, model="gpt-x")
        _, found = call(base_url.removesuffix("/v1") + "/stats")
        assert (found["requests"], found["distinct_requests"], found["rejected"]) == (3, 2, 1)
        assert found["by_model"] == {"sim-a": 3}
        assert call(base_url.removesuffix("/v1") + "/healthz")[0] == 200


def test_with_a_key_others_are_refused() -> None:
    with simulated_server(api_key="secret") as (base_url, _):
        for path, body in (("models", None), ("chat/completions", question().body())):
            assert call(f"{base_url}/{path}", body, key="secret")[0] == 200
            for key in (None, "wrong"):
                status, found = call(f"{base_url}/{path}", body, key=key)
                assert (status, found["error"]["code"]) == (401, "invalid_api_key")


def test_each_answer_takes_its_latency() -> None:
    with simulated_server(latency_s=0.2) as (base_url, _):
        began = time.monotonic()
        chat(base_url)
        assert time.monotonic() - began >= 0.2


def test_a_port_that_is_taken_is_a_clear_error() -> None:
    held = bound_socket("127.0.0.1", 0)
    held.listen()
    port = held.getsockname()[1]
    with held, pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port}: the address cannot be used.*--port"):
        serve(port, 0)


@pytest.mark.parametrize("port", [-1, 70000])
def test_a_port_that_is_none_is_a_clear_error(port: int) -> None:
    with pytest.raises(ConfigError, match="cannot be used"):
        serve(port, 0)


def test_serve_answers_until_it_is_ended() -> None:
    with bound_socket("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    code = f"from persona_pipeline.llm.server import serve; serve({port}, 1)"
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                assert chat(f"http://127.0.0.1:{port}/v1")[0] == 200
                break
            except urllib.error.URLError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(20)
