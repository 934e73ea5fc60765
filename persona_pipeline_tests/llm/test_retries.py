import pytest

from persona_pipeline.llm.retries import pause_before
from persona_pipeline.schemas.chat import FailureKind
from persona_pipeline_tests.llm.asking import failure


@pytest.mark.parametrize("kind", ["timeout", "rate_limit", "server", "connection", "malformed"])
def test_what_may_pass_is_tried_again(kind: FailureKind) -> None:
    assert pause_before(2, 5, failure(kind), "hash") is not None


@pytest.mark.parametrize("kind", ["auth", "not_found", "bad_request"])
def test_what_no_retry_mends_is_not(kind: FailureKind) -> None:
    assert pause_before(2, 5, failure(kind), "hash") is None


def test_attempts_come_to_an_end() -> None:
    assert pause_before(6, 5, failure("server"), "hash") is None


def test_each_pause_is_about_twice_the_one_before_up_to_half_a_minute() -> None:
    for attempt, about_s in ((2, 0.5), (3, 1), (4, 2), (5, 4), (20, 30)):
        pause_s = pause_before(attempt, 99, failure("server"), "hash")
        assert pause_s is not None
        assert 0.75 * about_s <= pause_s <= 1.25 * about_s


def test_requests_that_failed_together_come_back_apart() -> None:
    assert len({pause_before(2, 5, failure("server"), f"hash {n}") for n in range(20)}) == 20


def test_the_endpoints_wish_is_honoured() -> None:
    pause_s = pause_before(2, 5, failure("rate_limit", retry_after_s=20), "hash")
    assert pause_s is not None
    assert 20 <= pause_s <= 23


def test_an_endpoint_that_wants_an_hour_is_not_waited_for() -> None:
    assert pause_before(2, 5, failure("rate_limit", retry_after_s=3600), "hash") is None
