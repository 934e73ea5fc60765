"""Answers from a recorded reply ledger: a run made again without asking anybody."""

import asyncio
from dataclasses import replace

from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus

DISAPPOINTING: tuple[ReplyStatus, ...] = ("invalid", "truncated", "filtered", "refused", "empty")


class Replay:
    """Gives each request the good reply that was recorded for it, at whatever endpoint, or else the disappointing one.

    The endpoint carries a digest of the recording, so that replies of another recording are never mistaken for these.
    """

    def __init__(self, recording: Ledger) -> None:
        self._recording = recording
        self._endpoints = recording.endpoints()
        self.endpoint = f"replay:{recording.digest()[:16]}"
        self.simulated = recording.any_simulated()

    async def send(self, request: ChatRequest) -> ChatReply:
        await asyncio.sleep(0)  # lets the runner's other tasks have a turn: nothing else here waits
        own_hash = request.content_hash(self.endpoint)
        hashes = [request.content_hash(endpoint) for endpoint in self._endpoints]
        found = self._recording.lookup(hashes) or self._recording.lookup(hashes, also=DISAPPOINTING)
        if found:
            return replace(next(iter(found.values())), request_hash=own_hash, from_ledger=False)
        return ChatReply(
            own_hash,
            "failed",
            None,
            request.model,
            self.simulated,
            failure_kind="not_found",
            failure=f"the recording holds no good reply of {request.model} for {request.stage} {request.row_id} "
            f"(template {request.template}, draw {request.draw})",
        )

    async def aclose(self) -> None:
        """Nothing to close: the recording is only read."""


def make(settings: ProviderSettings) -> Replay:
    if settings.recording is None:
        raise ConfigError(
            "the replay provider has no recording",
            expected="the file of a reply ledger",
            fix="Name the ledger of an earlier run.",
        )
    return Replay(Ledger(settings.recording, read_only=True))


PROVIDERS.register("replay", make)
