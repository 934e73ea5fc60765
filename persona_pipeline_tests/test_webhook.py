"""A message is delivered or said not to be, and the address is in nothing that anybody reads."""

import json
import logging
import traceback

import pytest

from persona_pipeline.errors import NotificationError
from persona_pipeline.webhook import post
from persona_pipeline_tests.servers import answering

PATH = "/hooks/canary-4711"
OK = (200, "text/plain", {})
BUSY = (503, "text/plain", {"Retry-After": "2"})


def test_a_message_is_the_json_that_slack_and_mattermost_take():
    with answering({PATH: [OK]}) as server:
        post(server.url + PATH, "a run failed")
        ((method, path, body),) = server.asked
    assert (method, path, json.loads(body)) == ("POST", PATH, {"text": "a run failed"})


def test_a_busy_server_is_asked_again_after_the_wait_it_asks_for():
    waits: list[float] = []
    with answering({PATH: [BUSY, OK]}) as server:
        post(server.url + PATH, "again", wait=waits.append)
        assert len(server.asked) == 2
    assert waits == [2.0]


@pytest.mark.parametrize(
    ("answers", "asked", "claim"),
    [
        ([BUSY], 3, "answered 503"),
        ([(404, "text/plain", {})], 1, "answered 404"),
        ([(302, "text/plain", {"Location": "/elsewhere"})], 1, "answered 302"),
    ],
    ids=["busy", "gone", "elsewhere"],
)
def test_what_is_not_delivered_is_said_without_the_address(answers, asked, claim, caplog):
    caplog.set_level(logging.DEBUG)  # as Dagster's managed_python_loggers: [root] has it
    with answering({PATH: answers}) as server:
        with pytest.raises(NotificationError, match=claim) as told:
            post(server.url + PATH, "lost", wait=lambda _: None)
        assert len(server.asked) == asked
    assert "canary" not in "".join(traceback.format_exception(told.value)) + caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "file:///canary",
        "canary-4711",
        "http://[canary",
        "https:///canary",
        "http://127.0.0.1:1/canary\n4711",
        "http://127.0.0.1:1/canary",
    ],
)
def test_an_address_that_is_none_is_not_repeated(address, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NotificationError) as told:
        post(address, "lost", wait=lambda _: None)
    assert "canary" not in "".join(traceback.format_exception(told.value)) + caplog.text
