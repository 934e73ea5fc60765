import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.llm.batch.lines import line_of, read_line
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline_tests.llm.asking import question


def line(**parts: object) -> bytes:
    return json.dumps({"id": "x", "custom_id": "c", **parts}).encode()


@pytest.mark.parametrize(
    ("raw", "kind", "says"),
    [
        (line(response=None, error={"code": "batch_expired", "message": "too late"}), "timeout", "batch_expired: too"),
        (line(response={"status_code": 429, "body": {"error": {"message": "slow"}}}), "rate_limit", "HTTP 429: slow"),
        (line(response={"status_code": 503, "body": None}), "server", "HTTP 503: no reason given"),
        (line(response={"status_code": 401, "body": {"error": "key"}}, error=None), "auth", "HTTP 401: key"),
        (line(error={"object": "error", "message": "long", "code": 400}), "bad_request", "HTTP 400: long"),
        (line(response={"body": {"error": {"message": "?", "code": "odd"}}}), "server", "odd: ?"),
        (line(response={"status_code": 200, "body": {"choices": []}}), "malformed", "no chat completion"),
        (line(response={"status_code": 200, "body": None}), "malformed", "no chat completion"),
        (line(), "malformed", "no chat completion"),
    ],
)
def test_a_line_without_an_answer_says_why(raw: bytes, kind: str, says: str) -> None:
    answer = read_line(raw)
    assert answer is not None
    with pytest.raises(ProviderFailure, match=says) as raised:
        answer.reply(question())
    assert raised.value.kind == kind


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"7", b"{}", b'{"custom_id": 7}', b"\xff\xfe", b"[" * 100_000])
def test_what_names_no_request_is_no_answer(raw: bytes) -> None:
    assert read_line(raw) is None


NAMES = st.sampled_from(["response", "error", "body", "status_code", "code", "message"])
VALUES = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x"])


@given(st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)))
def test_no_line_breaks_the_reading(found: object) -> None:
    parts = found if isinstance(found, dict) else {"response": found, "error": found}
    answer = read_line(json.dumps({"custom_id": "c", **parts}).encode())
    if answer is not None:
        with pytest.raises(ProviderFailure):
            answer.reply(question())


def test_a_line_is_one_line_whatever_the_text() -> None:
    raw = line_of("h", question("a\nb\r\u2028c ☀"))
    assert raw.count(b"\n") == 1
    assert json.loads(raw)["body"] == question("a\nb\r\u2028c ☀").body()
