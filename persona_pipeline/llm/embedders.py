"""Who embeds: any endpoint with OpenAI's /embeddings, or the simulated model in this process."""

import asyncio
import json
from collections.abc import Sequence

from persona_pipeline.llm.embeddings import Embedder
from persona_pipeline.llm.provider import ProviderFailure, ProviderSettings
from persona_pipeline.llm.providers.openai_compatible import OPENAI, checked_address, key_for
from persona_pipeline.simulation.embedding import EMBEDDING_MODEL, embedded


def embedder_for(model: str, settings: ProviderSettings) -> Embedder:
    """The simulated model where it is named without an address, else the endpoint at `settings.base_url`."""
    if model == EMBEDDING_MODEL and not settings.base_url:
        return SimulatedEmbedder()
    base_url = checked_address(settings.base_url or OPENAI)
    return OpenAIEmbedder(base_url, key_for(base_url, settings.api_key), settings.timeout_s, settings.connections)


class SimulatedEmbedder:
    """Deterministic and free: see persona_pipeline.simulation.embedding."""

    endpoint = "simulated"

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        if model != EMBEDDING_MODEL:
            raise ProviderFailure("not_found", f"there is no simulated embedding model '{model}'")
        await asyncio.sleep(0)
        return [embedded(text) for text in texts]

    async def aclose(self) -> None:
        """Nothing to close."""


class OpenAIEmbedder:
    """One endpoint that speaks OpenAI's embeddings; a request is sent once."""

    def __init__(self, base_url: str, api_key: str, timeout_s: float, connections: int) -> None:
        from persona_pipeline.llm.openai_chat import OpenAIChat  # takes a second to import

        self.endpoint = base_url
        self._api_key = api_key
        self._client = OpenAIChat(base_url, api_key, timeout_s, connections)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        body = {"model": model, "input": list(texts), "encoding_format": "float"}
        response = await self._client.post(f"{self.endpoint}/embeddings", body)
        return self._read(response.content, len(texts))

    async def aclose(self) -> None:
        await self._client.aclose()

    def _read(self, content: bytes, count: int) -> list[list[float]]:
        """The vectors by their index: an endpoint may give them in any order."""
        try:
            data = {
                int(item["index"]): [float(value) for value in item["embedding"]]
                for item in json.loads(content)["data"]
            }
            return [data[place] for place in range(count)]
        except (ValueError, KeyError, TypeError) as exc:
            start = content.replace(self._api_key.encode(), b"[key]")[:80]
            what = f"the answer is no list of {count} embeddings ({type(exc).__name__}), it starts {start!r}"
        raise ProviderFailure("malformed", what)
