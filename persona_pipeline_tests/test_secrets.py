"""Secrets stand in the environment, endpoints give them back in every way, and nothing that a run leaves has one."""

import asyncio
import base64
import json
import re
import sqlite3
import traceback
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from persona_pipeline.errors import FetchError
from persona_pipeline_tests.cli.published import published
from persona_pipeline_tests.cli.running import cli, refused
from persona_pipeline_tests.llm.servers import always, http, server_that

CANARIES = {
    "OPENAI_API_KEY": "sk-canary/7f3a+9c51d2e8b604",
    "HF_TOKEN": "hf_canary81be04d7a3",
    "PERSONA_STUDY_SECRET": "organiser-canary-55c0e1",
    "PERSONA_WEBHOOK_URL": "https://hooks.example.org/services/T0/canary-2b9e6f",
}
KEY = CANARIES["OPENAI_API_KEY"]
ONE_WAVE = ("run", "--select", 'key:"prompts/verdicts"', "--model", "m")


def disguises(secret: str) -> set[bytes]:
    """The secret as it is, and as files and addresses would hold it."""
    plain = secret.encode()
    return {plain, base64.b64encode(plain).rstrip(b"="), urllib.parse.quote(secret, safe="").encode(), plain[:12]}


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file's bytes, and what is compressed in databases once more as text."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield str(path), path.read_bytes()
        if path.suffix == ".duckdb":
            yield from _rows_of_duckdb(path)
        elif path.suffix in (".db", ".sqlite"):
            yield from _values_of_sqlite(path)


def _rows_of_duckdb(path: Path) -> Iterator[tuple[str, bytes]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        for schema, table in connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            rows = connection.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall()
            yield f"{path}:{schema}.{table}", repr(rows).encode()


def _values_of_sqlite(path: Path) -> Iterator[tuple[str, bytes]]:
    with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for value in (value for row in connection.execute(f'SELECT * FROM "{table}"') for value in row):
                raw = value if isinstance(value, bytes) else str(value).encode()
                yield f"{path}:{table}", raw
                if raw[:1] == b"\x78":  # zlib, as Dagster keeps snapshots
                    yield f"{path}:{table}", zlib.decompress(raw)


def finds(folder: Path) -> list[str]:
    wanted = {name: disguises(secret) for name, secret in CANARIES.items()}
    return [
        f"{name} in {place}"
        for place, content in everything_in(folder)
        for name, forms in wanted.items()
        if any(form in content for form in forms)
    ]


async def _agrees(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    verdict = {"reason": f"Authorization: Bearer {KEY}", "score": 0.9, "controversial": True}
    message = {"role": "assistant", "content": json.dumps(verdict)}
    body = {"id": KEY, "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    writer.write(http("200 OK", json.dumps(body).encode(), f"x-request-id: {KEY}"))
    await writer.drain()


ECHO = json.dumps({"error": {"message": f"bad key {KEY}", "code": KEY, "param": KEY, "type": KEY}}).encode()
ENDPOINTS = {
    "an answer that holds the key": _agrees,
    "a refusal that quotes it": always(http("401 Unauthorized", ECHO, f"www-authenticate: {KEY}")),
    "a server error as a page": always(http("500 Oops", f"<html>{'x' * 490}Bearer {KEY}</html>".encode())),
    "no chat completion": always(http("200 OK", b"[" + b" " * 70 + json.dumps(KEY).encode() + b"]")),
    "a redirect with it": always(http("302 Found", b"", f"location: http://127.0.0.1:1/{urllib.parse.quote(KEY)}")),
}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_secret_is_in_anything_that_a_run_writes_or_says(tmp_path_factory, tmp_path, endpoint):
    database, home, log = published(tmp_path_factory).copied_to(tmp_path), tmp_path / "home", tmp_path / "run.jsonl"
    config = tmp_path / "few.yaml"
    config.write_text("resources: {chat: {config: {attempts: 1, draws: 1, timeout_s: 5}}}", "utf-8")
    with server_that(ENDPOINTS[endpoint]) as (base_url, received):
        said = cli(
            *(*ONE_WAVE, "--config", config, "--database", database, "--base-url", base_url, "--concurrency", 8),
            **CANARIES,
            DAGSTER_HOME=str(home),
            PERSONA_LOG=str(log),
        )
    assert any(f"Bearer {KEY}".encode() in request for request in received)
    assert (said.exit_code == 0) == (endpoint == "an answer that holds the key"), said.everything
    assert {"STEP_SUCCESS", "STEP_FAILURE"} & {json.loads(line).get("event") for line in log.read_text().splitlines()}
    assert any(path.suffix == ".db" for path in home.rglob("*"))
    assert [
        form for secret in CANARIES.values() for form in disguises(secret) if form in said.everything.encode()
    ] == []
    assert finds(tmp_path) == []


def test_the_search_itself_finds_what_is_there(tmp_path):
    with duckdb.connect(str(tmp_path / "p.duckdb")) as connection:
        connection.execute("CREATE TABLE t AS SELECT ? AS a", [KEY])
    with sqlite3.connect(tmp_path / "l.db") as kept:
        kept.execute("CREATE TABLE t (a BLOB)")
        kept.execute("INSERT INTO t VALUES (?)", [zlib.compress(KEY.encode() * 9)])
    assert {re.sub(r".*/", "", place) for place in finds(tmp_path)} >= {"p.duckdb:main.t", "l.db:t"}


def test_the_organisers_secret_is_kept_as_a_hash_only(tmp_path_factory, tmp_path):
    database = published(tmp_path_factory).copied_to(tmp_path)
    said = cli("study", "links", "--raters", 1, "--database", database, **CANARIES)
    assert said.exit_code == 0, said.everything
    assert finds(tmp_path) == []


def test_a_hub_that_gives_the_token_back_does_not_put_it_into_the_error_or_its_causes(tmp_path):
    pytest.importorskip("huggingface_hub", reason="the extra [hub] is not installed")
    from persona_pipeline.prompts.hub import HubFile, fetch

    token = CANARIES["HF_TOKEN"]
    echo = f"x-error-message: {token}"

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http("403 Forbidden", b"", echo, "x-error-code: GatedRepo"))
        await writer.drain()
        writer.close()

    async def asked() -> FetchError:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        file = HubFile("owner/name", "a" * 40, "f.jsonl")
        with pytest.raises(FetchError) as caught:
            await asyncio.to_thread(fetch, file, cache=tmp_path, token=token, endpoint=address)
        server.close()
        return caught.value

    error = asyncio.run(asked())
    assert token not in "".join(traceback.format_exception(error))
    assert "gated" in str(error)


def test_a_missing_key_is_asked_for_by_the_name_of_its_variable(tmp_path_factory, tmp_path):
    database = published(tmp_path_factory).copied_to(tmp_path)
    said = cli(*ONE_WAVE, "--provider", "openai_compatible", "--database", database)
    refused(said, "OPENAI_API_KEY")
