import asyncio

import pytest

from persona_pipeline.llm.provider import ProviderFailure, ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline_tests.llm.asking import question


def ask(request: ChatRequest) -> ChatReply:
    return asyncio.run(PROVIDERS.get("simulated")(ProviderSettings()).send(request))


def test_every_reply_is_marked_simulated() -> None:
    reply = ask(question())
    assert (reply.status, reply.simulated, reply.model) == ("ok", True, "sim-a")


def test_draws_differ_and_each_is_the_same_every_time() -> None:
    texts = [ask(question(draw=draw)).text for draw in (0, 1, 2, 3, 0, 1, 2, 3)]
    assert texts[:4] == texts[4:]
    assert len(set(texts)) >= 3


def test_an_unknown_model_fails_and_lists_the_known() -> None:
    with pytest.raises(ProviderFailure, match=r"not_found: .*'gpt-x'.*sim-a, sim-b, sim-c, sim-d"):
        ask(question(model="gpt-x"))


def test_an_answer_over_max_tokens_is_truncated() -> None:
    reply = ask(question(max_tokens=3))
    assert (reply.status, reply.completion_tokens) == ("truncated", 3)
