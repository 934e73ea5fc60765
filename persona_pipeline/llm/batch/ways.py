"""How a run asks: one call for each request, by the Batch API, or by files for `vllm run-batch`."""

from pathlib import Path
from typing import Literal

from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.batch.wave import Batching
from persona_pipeline.llm.provider import Provider, ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS
from persona_pipeline.llm.providers.openai_compatible import address_and_key, checked_address
from persona_pipeline.schemas.chat import ChatReply, ChatRequest

Way = Literal["live", "batch", "batch_files"]
FILES = "batch_files"


class Nobody:
    """A provider that has an address for the ledger and is never called."""

    simulated = False

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    async def send(self, request: ChatRequest) -> ChatReply:
        raise AssertionError(f"{request.stage} {request.row_id} is asked in a batch")

    async def aclose(self) -> None:
        """Nothing to close."""


def provider_and_batching(
    way: Way, provider: str, settings: ProviderSettings, limits: Limits, folder: Path | None
) -> tuple[Provider, Batching | None]:
    """What the runner needs for a way of asking.

    Args:
        provider: by its name in PROVIDERS.
        folder: where files for vLLM go.
    """
    if way == "live":
        return PROVIDERS.get(provider)(settings), None
    if provider != "openai_compatible":
        raise ConfigError(
            f"the provider '{provider}' does not take batches",
            where=f"how: {way}",
            expected="provider openai_compatible",
            fix="Name an endpoint with --base-url; `persona-pipeline serve-simulated` is one to try it with.",
        )
    return _by_batch(settings, limits) if way == "batch" else _by_files(settings, limits, folder)


def _by_batch(settings: ProviderSettings, limits: Limits) -> tuple[Provider, Batching]:
    from persona_pipeline.llm.batch.endpoint import BatchEndpoint  # openai takes a second to import
    from persona_pipeline.llm.batch.openai_batches import OpenAIBatches

    base_url, api_key = address_and_key(settings)
    return Nobody(base_url), OpenAIBatches(lambda: BatchEndpoint(base_url, api_key, settings.timeout_s), limits)


def _by_files(settings: ProviderSettings, limits: Limits, folder: Path | None) -> tuple[Provider, Batching]:
    from persona_pipeline.llm.batch.vllm_files import VllmFiles

    if folder is None:
        raise ConfigError(
            "no folder for the files is named", where="how: batch_files", fix="Name one with --batch-folder."
        )
    endpoint = checked_address(settings.base_url) if settings.base_url else FILES
    return Nobody(endpoint), VllmFiles(folder, limits)
