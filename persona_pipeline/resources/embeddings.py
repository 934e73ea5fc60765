"""The embedding model as a Dagster resource: which, where, how many texts at once; kept in a cache of its own."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg
from pydantic import Field

from persona_pipeline.llm.embedders import embedder_for
from persona_pipeline.llm.embeddings import Batches, Embedded, embed
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.settings import Settings


class Embeddings(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What topics are found by. The key comes from the environment only and is never part of a configuration."""

    model: str = Field(
        default="",
        description="The embedding model topics are found by; empty: TF-IDF, which needs none; sim-embed is simulated.",
    )
    base_url: str = Field(default="", description="An OpenAI-compatible endpoint with /embeddings; empty: OpenAI's.")
    api_key_variable: str = Field(
        default="OPENAI_API_KEY", description="The environment variable that holds the endpoint's key."
    )
    batch: int = Field(default=64, ge=1, le=2048, description="Texts in one request.")
    concurrency: int = Field(default=4, ge=1, le=256, description="Requests in flight at once.")
    attempts: int = Field(default=5, ge=1, le=20, description="How often a request is sent before the run gives up.")
    timeout_s: float = Field(default=120.0, gt=0, description="How long to wait for one answer, in seconds.")
    cache: str = Field(
        default="",
        description="The cache of vectors (SQLite); empty: beside the warehouse file, NAME.embeddings.sqlite.",
    )

    def of(self, texts: Sequence[str], *, database: str) -> Embedded:
        """A vector for each distinct text; what the cache has is not asked again.

        Args:
            database: the warehouse file, beside which the cache lies by default.
        """
        settings = ProviderSettings(
            base_url=self.base_url or None,
            api_key=Settings.from_environment().secret(self.api_key_variable),
            timeout_s=self.timeout_s,
            connections=self.concurrency,
        )
        beside = Path(database).with_name(f"{Path(database).stem}.embeddings.sqlite")
        return embed(
            texts,
            model=self.model,
            embedder=embedder_for(self.model, settings),
            cache=Path(self.cache) if self.cache else beside,
            batches=Batches(self.batch, self.concurrency, self.attempts),
        )
