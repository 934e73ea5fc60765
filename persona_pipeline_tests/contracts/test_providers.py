"""What holds for every provider that is registered."""

import asyncio
import inspect
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import Provider, ProviderFailure, ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, FailureKind, ReplyStatus
from persona_pipeline_tests.llm.asking import question
from persona_pipeline_tests.llm.servers import simulated_server

CANARY = "sk-canary-contract"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderSettings]:
    """What any provider needs to work here: an endpoint on loopback and an (empty) recording."""
    recording: Path = tmp_path_factory.mktemp("recording") / "replies.sqlite"
    Ledger(recording).close()
    with simulated_server() as (base_url, _):
        yield ProviderSettings(base_url, CANARY, timeout_s=10, connections=4, recording=recording)


@pytest.fixture(params=PROVIDERS.names())
def provider(request: pytest.FixtureRequest, settings: ProviderSettings) -> Provider:
    return PROVIDERS.get(request.param)(settings)


def outcome(provider: Provider, request: ChatRequest) -> ChatReply | ProviderFailure:
    async def once() -> ChatReply | ProviderFailure:
        try:
            return await provider.send(request)
        except ProviderFailure as failure:
            return failure
        finally:
            await provider.aclose()

    return asyncio.run(once())


def test_each_is_found_by_itself() -> None:
    assert {"openai_compatible", "replay", "simulated"} <= set(PROVIDERS.names())


def test_it_says_where_it_asks_and_whether_it_is_simulated(provider: Provider) -> None:
    assert provider.endpoint
    assert isinstance(provider.simulated, bool)
    assert inspect.iscoroutinefunction(provider.send)


def test_it_never_shows_the_key(provider: Provider) -> None:
    found = outcome(provider, question(model="nobody"))
    assert CANARY not in f"{provider!r} {provider.endpoint} {found!r} {found}"


@pytest.mark.parametrize("request_", [question(), question(draw=1), question(model="nobody")], ids=["0", "1", "nobody"])
def test_it_answers_or_fails_in_one_of_the_known_ways(provider: Provider, request_: ChatRequest) -> None:
    found = outcome(provider, request_)
    kind = found.kind if isinstance(found, ProviderFailure) else found.failure_kind
    assert kind is None or kind in typing.get_args(FailureKind)
    if isinstance(found, ChatReply):
        assert found.status in typing.get_args(ReplyStatus)
        assert (found.status == "failed") == (kind is not None)
        assert (found.status == "ok") <= bool(found.text)
        assert found.request_hash in ("", request_.content_hash(provider.endpoint))
    else:
        assert found.message


def test_it_works_again_in_another_event_loop(provider: Provider) -> None:
    assert type(outcome(provider, question())) is type(outcome(provider, question()))


def test_what_a_simulated_provider_answers_is_marked(provider: Provider) -> None:
    found = outcome(provider, question())
    if provider.simulated and isinstance(found, ChatReply):
        assert found.simulated
