"""The simulated models in this process: deterministic, free, and marked as simulated in every reply."""

import asyncio

from persona_pipeline.llm.provider import ProviderFailure, ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline.simulation import MODELS, complete


class Simulated:
    """Answers from `persona_pipeline.simulation`; needs no settings."""

    endpoint = "simulated"
    simulated = True

    async def send(self, request: ChatRequest) -> ChatReply:
        await asyncio.sleep(0)  # lets the runner's other tasks have a turn: nothing else here waits
        if request.model not in MODELS:
            known = ", ".join(MODELS)
            raise ProviderFailure("not_found", f"there is no simulated model '{request.model}'; there are {known}")
        answer = complete(
            request.model,
            request.messages,
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            seed=request.draw,
        )
        return ChatReply(
            "",
            "ok" if answer.finish_reason == "stop" else "truncated",
            answer.text,
            request.model,
            simulated=True,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
        )

    async def aclose(self) -> None:
        """Nothing to close."""


def make(settings: ProviderSettings) -> Simulated:  # noqa: ARG001  # every factory takes settings
    return Simulated()


PROVIDERS.register("simulated", make)
