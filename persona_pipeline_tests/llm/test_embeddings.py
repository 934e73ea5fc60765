"""Embeddings: from a real server on loopback, in batches, each text asked for once."""

import json
import math
import sqlite3

import numpy as np
import pytest

from persona_pipeline.errors import ConfigError, LedgerError, ModelCallError
from persona_pipeline.llm.embedders import embedder_for
from persona_pipeline.llm.embedding_cache import EmbeddingCache
from persona_pipeline.llm.embeddings import Batches, embed
from persona_pipeline.llm.provider import ProviderFailure, ProviderSettings
from persona_pipeline.simulation.embedding import EMBEDDING_MODEL, embedded
from persona_pipeline_tests.llm.servers import always, http, server_that, simulated_server

TEXTS = [f"Is matter {n} in order?" for n in range(10)]


def settings(base_url: str | None = None, key: str | None = None) -> ProviderSettings:
    return ProviderSettings(base_url=base_url, api_key=key, timeout_s=5, connections=4, recording=None)


async def at_once(_: float) -> None:
    pass


def ask(texts, cache, base_url: str | None = None, model: str = EMBEDDING_MODEL, size: int = 4, key: str | None = None):
    embedder = embedder_for(model, settings(base_url, key))
    return embed(texts, model=model, embedder=embedder, cache=cache, batches=Batches(size, 2, 3, at_once))


def test_a_server_is_asked_in_batches_and_each_text_gets_its_own_vector(tmp_path):
    with simulated_server() as (base_url, server):
        found = ask(TEXTS, tmp_path / "e.sqlite", base_url)
        assert server.stats.requests == 3  # of 4, 4 and 2 texts
    assert found.asked == 10
    for text in TEXTS:
        assert found.vectors[text] == pytest.approx(embedded(text), abs=1e-6)


def test_what_the_cache_has_is_not_asked_and_equal_texts_are_asked_once(tmp_path):
    cache = tmp_path / "e.sqlite"
    with simulated_server() as (base_url, server):
        ask(TEXTS[:8], cache, base_url)
        again = ask([*TEXTS, *TEXTS], cache, base_url)
        assert again.asked == 2
        assert server.stats.requests == 3
    offline = ask(TEXTS, cache, base_url)  # nobody answers there any more
    assert offline.asked == 0
    assert all(np.array_equal(offline.vectors[text], again.vectors[text]) for text in TEXTS)


def test_vectors_that_could_not_be_kept_do_not_keep_out_the_next(tmp_path):
    path = tmp_path / "e.sqlite"
    with EmbeddingCache(path) as cache:
        with sqlite3.connect(path) as other:
            other.execute(
                "CREATE TRIGGER full BEFORE INSERT ON vectors WHEN new.key = 'b' "
                "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
            )
        with pytest.raises(LedgerError, match="disk is full"):
            cache.add({"a": np.ones(2), "b": np.ones(2)})
        assert cache.lookup(["a", "b"]) == {}  # all of them, or none
        cache.add({"c": np.ones(2)})
        assert list(cache.lookup(["a", "c"])) == ["c"]


def test_another_endpoint_or_model_has_its_own_vectors(tmp_path):
    cache = tmp_path / "e.sqlite"
    assert ask(TEXTS, cache).asked == 10
    with simulated_server() as (base_url, _):
        assert ask(TEXTS, cache, base_url).asked == 10


def test_an_endpoint_may_answer_in_any_order(tmp_path):
    data = [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]
    with server_that(always(http("200 OK", json.dumps({"data": data}).encode()))) as (base_url, received):
        found = ask(["a", "b"], tmp_path / "e.sqlite", base_url, "some-model", key="sk-canary")
    assert (found.vectors["a"].tolist(), found.vectors["b"].tolist()) == ([1, 0], [0, 1])
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert json.loads(body) == {"model": "some-model", "input": ["a", "b"], "encoding_format": "float"}
    assert b"Bearer sk-canary" in head


@pytest.mark.parametrize(
    ("status", "body", "says", "attempts"),
    [
        (
            "401 Unauthorized",
            b'{"error": {"message": "no sk-canary"}}',
            "after 1 attempts (auth: HTTP 401: no [key]",
            1,
        ),
        ("404 Not Found", b'{"error": {"message": "no model"}}', "not_found", 1),
        ("500 Oops", b"{}", "after 3 attempts (server", 3),
        ("200 OK", b"[]", "malformed", 3),
        ("200 OK", b'{"data": [{"index": 0, "embedding": [NaN]}]}', "no list of finite numbers", 3),
        ("200 OK", b'{"data": [{"index": 7, "embedding": [1]}]}', "no list of 1 embeddings", 3),
    ],
)
def test_an_endpoint_that_does_not_give_embeddings_is_one_error(tmp_path, status, body, says, attempts):
    with server_that(always(http(status, body))) as (base_url, received):
        with pytest.raises(ModelCallError) as raised:
            ask(["a"], tmp_path / "e.sqlite", base_url, "m", key="sk-canary")
        assert len(received) == attempts
    assert says in str(raised.value)
    assert base_url in str(raised.value)
    assert "sk-canary" not in str(raised.value)


class Failing:
    """Answers some batches, then no more."""

    endpoint = "scripted"

    def __init__(self, good: int) -> None:
        self.good = good

    async def embed(self, model, texts):
        self.good -= 1
        if self.good < 0:
            raise ProviderFailure("auth", "no more")
        return [[1.0, float(len(text))] for text in texts]

    async def aclose(self) -> None:
        pass


def test_what_came_before_a_failure_is_kept(tmp_path):
    cache = tmp_path / "e.sqlite"
    with pytest.raises(ModelCallError):
        embed(TEXTS, model="m", embedder=Failing(2), cache=cache, batches=Batches(2, 1))
    assert embed(TEXTS, model="m", embedder=Failing(99), cache=cache, batches=Batches(2, 1)).asked == 6


def test_vectors_of_different_lengths_are_refused(tmp_path):
    class Growing(Failing):
        async def embed(self, model, texts):
            self.good -= 1
            return [[1.0] * self.good for _ in texts]

    with pytest.raises(ModelCallError, match="have different lengths: 7, 8"):
        embed(TEXTS[:4], model="m", embedder=Growing(9), cache=tmp_path / "e.sqlite", batches=Batches(2, 1))


def test_a_cache_that_is_another_file_is_named(tmp_path):
    path = tmp_path / "e.sqlite"
    path.write_text("no database, this is a text that is long enough to be one" * 20)
    with pytest.raises(LedgerError, match="the embeddings' cache cannot be used"):
        ask(TEXTS, path)


def test_openai_itself_insists_on_a_key():
    with pytest.raises(ConfigError, match="there is no API key"):
        embedder_for("text-embedding-3-small", settings())


def test_simulated_embeddings_lie_near_each_other_where_texts_share_words():
    dog, puppy, tax = map(
        np.array,
        map(embedded, ["Should the dog sleep inside?", "Should the dog sleep outside?", "Is income taxed enough?"]),
    )
    assert math.isclose(float(dog @ dog), 1)
    assert dog @ puppy > 0.5 > dog @ tax
