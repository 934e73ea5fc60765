"""The graph against a server whose first answer to every question lacks the format asked for."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from persona_pipeline.llm.server import SimulatedServer
from persona_pipeline.prompts.candidates import read_candidates
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import Published, published
from persona_pipeline_tests.cli.running import Said, cli, scalar
from persona_pipeline_tests.llm.servers import serving

WITH_A_FORMAT = {
    "personas.consistency",
    "personas.personas",
    "prompts.verdicts",
    "prompts.topics",
    "feedback.critiques",
    "feedback.revisions",
    "feedback.judgements",
    "agreement.ratings",
    "bench.critiques",
}
FREE_TEXT = {"feedback.base_responses", "bench.answers"}  # anything but blanks is an answer
TINY = ("--personas", 3, "--pairs-per-persona", 2, "--bench-items", 2)
BETWEEN = (
    "prompts/candidates",
    "prompts/flags",
    "prompts/decisions",
    "prompts/prompts",
    "feedback/assignments",
    "feedback/pair_quality",
    "feedback/preference_pairs",
    "agreement/study_items",
    "ops/model_calls",
    "bench/design",
)
WHAT_ASKS = " or ".join(f'key:"{key.replace(".", "/")}"' for key in sorted({*WITH_A_FORMAT, *FREE_TEXT, *BETWEEN}))
CHATTER = {"role": "assistant", "content": "I would rather talk about the weather."}


def few_prompts(folder: Path) -> Path:
    """The first forty embedded prompts, as a PRISM file."""
    file = folder / "conversations.jsonl"
    texts = read_candidates("embedded")["text"].head(40)
    rows = ({"conversation_id": f"c{n}", "user_id": "u", "opening_prompt": text} for n, text in enumerate(texts))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def chatty_at_first(app: Any) -> Callable[..., Awaitable[None]]:
    """The simulated server, but a question without a seed, which is every first one, is answered with chatter."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        assert not message.get("more_body")

        async def again() -> Any:
            return message

        asked = json.loads(message.get("body") or b"{}")
        if "messages" not in asked or "seed" in asked:
            await app(scope, again, send)
            return
        choice = {"message": CHATTER, "finish_reason": "stop"}
        usage = {"prompt_tokens": 10, "completion_tokens": 5}
        found = {"model": asked["model"], "choices": [choice], "usage": usage, "system_fingerprint": "simulated"}
        await JSONResponse(found)(scope, again, send)

    return answer


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    made: Published = published(tmp_path_factory)
    folder = tmp_path_factory.mktemp("wrong_formats")
    database = made.copied_to(folder)
    with serving(chatty_at_first(SimulatedServer().app())) as base_url:
        said = cli(
            *("run", *TINY, "--select", WHAT_ASKS, "--database", database, "--prism", few_prompts(folder)),
            *("--base-url", base_url, "--model", "sim-a", "--judge", "sim-b"),
        )
    assert said.exit_code == 0, said.everything
    return database, said


def test_what_lacks_its_format_is_recorded_as_such_and_asked_again(ran):
    calls = WarehouseFile(ran[0]).rows(
        "SELECT stage, draw = 0, status, count(*) FROM ops.model_calls GROUP BY ALL ORDER BY ALL"
    )[1]
    first = {stage: status for stage, is_first, status, _ in calls if is_first}
    assert first == dict.fromkeys(WITH_A_FORMAT, "invalid") | dict.fromkeys(FREE_TEXT, "ok")
    later = {(stage, status): n for stage, is_first, status, n in calls if not is_first}
    assert {stage for stage, status in later if status == "ok"} == WITH_A_FORMAT


def test_the_tables_have_the_second_answer(ran):
    for table in sorted(WITH_A_FORMAT - {"agreement.ratings"}):
        asked = "status <> 'not_asked'"
        assert scalar(ran[0], f"SELECT bool_and(status = 'ok') FROM {table} WHERE {asked}") is True, table
        assert scalar(ran[0], f"SELECT count(*) FROM {table} WHERE {asked}") > 0, table


def test_the_summary_counts_every_call_that_was_made(ran):
    """Simulated models have a price of 0."""
    n_calls, tokens = WarehouseFile(ran[0]).rows(
        "SELECT count(*), sum(prompt_tokens + completion_tokens) FROM ops.model_calls"
    )[1][0]
    assert f"asked: {n_calls:,} calls, 0 retries, {tokens:,} tokens, $0.0000" in ran[1].out
