"""Embeddings: what a text is about, as a vector; asked for in batches, kept by content and model, never asked twice."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from persona_pipeline import progress
from persona_pipeline.errors import ModelCallError
from persona_pipeline.llm.embedding_cache import EmbeddingCache
from persona_pipeline.llm.loop import run_wave
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.llm.retries import pause_before
from persona_pipeline.seeds import content_hash

Vector = npt.NDArray[np.float32]
Sleep = Callable[[float], Awaitable[None]]


class Embedder(Protocol):
    """Answers one batch at a time; several may be under way at once. It never retries."""

    @property
    def endpoint(self) -> str: ...

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, in their order; ProviderFailure for a call that failed."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True)
class Embedded:
    """Vectors by text, and how many texts had to be asked for."""

    vectors: dict[str, Vector]
    asked: int


@dataclass(frozen=True)
class Batches:
    """How a wave of embeddings is asked.

    Args:
        size: texts in one request.
        concurrency: the most requests under way at once.
        attempts: how often one is sent at most.
    """

    size: int = 64
    concurrency: int = 4
    attempts: int = 5
    sleep: Sleep = asyncio.sleep


def embed(
    texts: Sequence[str], *, model: str, embedder: Embedder, cache: Path, batches: Batches | None = None
) -> Embedded:
    """A vector for each distinct text; what the cache has for this endpoint, model and text is not asked.

    Raises ModelCallError when a batch fails for good, or when the vectors are not all of one length; what came before
    is in the cache then.
    """
    distinct = sorted(set(texts))
    with EmbeddingCache(cache) as kept:
        key_of = {text: content_hash("embedding", embedder.endpoint, model, text) for text in distinct}
        known = kept.lookup(key_of.values())
        missing = [text for text in distinct if key_of[text] not in known]
        if missing:
            wave = _Wave(embedder, model, kept, key_of, batches or Batches())
            known |= run_wave(wave.ask(missing))
    vectors = {text: known[key_of[text]] for text in distinct}
    _check_lengths(vectors, embedder.endpoint, model)
    return Embedded(vectors, len(missing))


class _Wave:
    """The batches of one wave."""

    def __init__(
        self, embedder: Embedder, model: str, kept: EmbeddingCache, key_of: dict[str, str], batches: Batches
    ) -> None:
        self._embedder, self._model, self._kept, self._key_of, self._how = embedder, model, kept, key_of, batches
        self._found: dict[str, Vector] = {}

    async def ask(self, texts: list[str]) -> dict[str, Vector]:
        """The vectors by key; each batch is in the cache as soon as it came."""
        size = self._how.size
        todo = iter([texts[start : start + size] for start in range(0, len(texts), size)])
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(self._how.concurrency):
                    tasks.create_task(self._work(todo, len(texts)))
        except* ModelCallError as failed:
            raise failed.exceptions[0] from None
        finally:
            await self._embedder.aclose()
        return self._found

    async def _work(self, todo: Iterator[list[str]], total: int) -> None:
        for batch in todo:
            vectors = await self._vectors(batch)
            came = {self._key_of[text]: vector for text, vector in zip(batch, vectors, strict=True)}
            self._kept.add(came)
            self._found |= came
            progress.report("embeddings", len(self._found), total, self._model)

    async def _vectors(self, batch: list[str]) -> list[Vector]:
        name = content_hash(batch)
        for attempt in range(1, self._how.attempts + 1):
            try:
                found = await self._embedder.embed(self._model, batch)
                return [_vector(values) for values in found]
            except ProviderFailure as failure:
                pause_s = pause_before(attempt + 1, self._how.attempts, failure, name)
                if pause_s is None:
                    raise self._given_up(failure, attempt) from None
            await self._how.sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    def _given_up(self, failure: ProviderFailure, attempts: int) -> ModelCallError:
        return ModelCallError(
            f"no embeddings of {self._model} after {attempts} attempts ({failure.kind}: {failure.message})",
            where=self._embedder.endpoint,
            expected="an OpenAI-compatible endpoint with /embeddings and this model",
            fix="Check the address, the model and the key; or leave the model out: topics are found by TF-IDF then.",
        )


def _vector(values: list[float]) -> Vector:
    vector = np.asarray(values, dtype=np.float32)
    if vector.ndim != 1 or not len(vector) or not np.isfinite(vector).all():
        raise ProviderFailure("malformed", "an embedding is no list of finite numbers")
    return vector


def _check_lengths(vectors: dict[str, Vector], endpoint: str, model: str) -> None:
    lengths = sorted({len(vector) for vector in vectors.values()})
    if len(lengths) > 1:
        raise ModelCallError(
            f"embeddings of {model} have different lengths: {', '.join(map(str, lengths))}",
            where=endpoint,
            expected="vectors of one length",
            fix="The endpoint changed its model under the same name: delete the embeddings' cache and run again.",
        )
