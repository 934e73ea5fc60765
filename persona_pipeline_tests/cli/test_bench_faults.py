"""The benchmark over real sockets, with a server where half of what is asked goes wrong at first, some of it always."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.server import SimulatedServer
from persona_pipeline.schemas.chat import DRAWS_APART
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import published
from persona_pipeline_tests.cli.running import cli, scalar
from persona_pipeline_tests.llm.servers import http, server_that

ITEMS, MODES, DRAWS = 6, ("baseline", "persona"), 4
EACH = ITEMS * len(MODES) * DRAWS
STORM = 6  # requests at the beginning that are all refused
AT_FIRST = ("429", "500", "reset", "stall", "malformed", "cut off", "truncated", "wrong schema")
CONFIG = "resources: {chat: {config: {timeout_s: 4, attempts: 5, concurrency: 8}}}"


class Faulty:
    """Answers as the simulated server does, but for faults.

    Args:
        always: by question, what happens to each request of a kind ("answer" or "verdict") with it.
    """

    def __init__(self, always: dict[str, tuple[str, str]]) -> None:
        self.always, self.served = always, SimulatedServer()
        self.received: list[bytes] = []
        self.seen: set[bytes] = set()
        self.injected: Counter[str] = Counter()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, n: int) -> None:
        content = self.received[n].split(b"\r\n\r\n", 1)[1]
        fault = "429" if n < STORM else self._fault(content)
        self.injected[fault] += 1
        if fault == "reset":
            writer.transport.abort()
        elif fault == "stall":
            await reader.read()  # until the client gives up
        else:
            writer.write(self._said(fault, json.loads(content)))
            await writer.drain()

    def _fault(self, content: bytes) -> str:
        text, first = content.decode(), content not in self.seen
        self.seen.add(content)
        kind = "verdict" if "Task: critic" in text else "answer"
        for question, (of, fault) in self.always.items():
            if of == kind and json.dumps(question, ensure_ascii=False)[1:-1] in text:
                return fault
        put_again = json.loads(text).get("seed", 0) >= DRAWS_APART
        # every other new question goes wrong, each kind of wrong in its turn; none a second time
        return (
            AT_FIRST[len(self.seen) // 2 % len(AT_FIRST)] if first and not put_again and len(self.seen) % 2 else "none"
        )

    def _said(self, fault: str, asked: dict[str, Any]) -> bytes:
        said = self.served.completion(asked)
        if fault == "429":
            return http("429 Too Many Requests", b'{"error": {"message": "slow down"}}', "Retry-After: 0.05")
        if fault == "500":
            return http("500 Oh", b"{}")
        if fault == "malformed":
            return http("200 OK", b'{"choices": "many"}')
        if fault == "truncated":
            said["choices"][0]["finish_reason"] = "length"
        if fault == "wrong schema":
            said["choices"][0]["message"]["content"] = '{"needs_revision": "perhaps"}'
        whole = http("200 OK", json.dumps(said).encode())
        return whole[:-20] if fault == "cut off" else whole


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> tuple[Path, Faulty]:
    folder = tmp_path_factory.mktemp("faults")
    database, config = published(tmp_path_factory).copied_to(folder), folder / "config.yaml"
    config.write_text(CONFIG, "utf-8")
    selection = ("--bench-items", ITEMS, "--select", 'key:"bench/design"', "--database", database)
    assert cli("run", *selection).exit_code == 0
    found = WarehouseFile(database).rows(
        "SELECT DISTINCT text FROM bench.design JOIN prompts.prompts USING (prompt_id) ORDER BY text"
    )[1]
    assert len(found) == ITEMS
    [(cut,), (failing,), (unreadable,), *_] = found
    faulty = Faulty({cut: ("answer", "truncated"), failing: ("answer", "500"), unreadable: ("verdict", "wrong schema")})
    with server_that(faulty.answer) as (base_url, received):
        faulty.received = received
        said = cli(
            *("bench", "--models", "sim-b", "--judge", "sim-a", "--modes", ",".join(MODES), "--draws", DRAWS),
            *("--base-url", base_url, "--config", config, "--database", database),
        )
    assert said.exit_code == 0, said.everything
    return database, faulty


def test_every_kind_of_fault_was_met(ran):
    assert set(ran[1].injected) == {*AT_FIRST, "none"}


def test_every_item_is_scored_or_accounted_for(ran):
    database, _ = ran
    assert scalar(database, "SELECT count(*) FROM bench.answers") == EACH
    assert scalar(database, "SELECT count(*) FROM bench.critiques") == EACH
    scores = "SELECT n_items, n_scored, n_unscored FROM bench.scores ORDER BY mode"
    assert WarehouseFile(database).rows(scores)[1] == [(ITEMS, ITEMS - 3, 3)] * len(MODES)
    unsaid = "SELECT count(*) FROM bench.critiques WHERE needs_revision IS NULL AND reason IS NULL"
    assert scalar(database, unsaid) == 0


def test_what_went_wrong_for_good_says_so_in_every_draw(ran):
    each = DRAWS * len(MODES)
    found = "SELECT status, count(*) FROM bench.answers WHERE status <> 'ok' GROUP BY ALL ORDER BY ALL"
    assert WarehouseFile(ran[0]).rows(found)[1] == [("failed", each), ("truncated", each)]
    found = "SELECT status, count(*) FROM bench.critiques WHERE status <> 'ok' GROUP BY ALL ORDER BY ALL"
    assert WarehouseFile(ran[0]).rows(found)[1] == [("invalid", each), ("not_asked", 2 * each)]
    assert "HTTP 500" in str(scalar(ran[0], "SELECT any_value(reason) FROM bench.answers WHERE status = 'failed'"))


def test_pass_at_k_counts_what_it_leaves_out(ran):
    found = "SELECT k, n_items, n_left_out FROM bench.pass_at_k ORDER BY mode, k"
    assert WarehouseFile(ran[0]).rows(found)[1] == [(k, ITEMS - 3, 3) for k in range(1, DRAWS + 1)] * len(MODES)


def test_every_usable_answer_was_paid_for_once(ran):
    """Whatever went wrong before it."""
    database, _ = ran
    with Ledger(database.with_name("p.ledger.sqlite"), read_only=True) as ledger:
        paid = Counter(call["stage"] for call in ledger.calls() if call["status"] == "ok")
    usable = "SELECT count(DISTINCT request_hash) FROM {} WHERE status = 'ok'"
    assert paid == {table: scalar(database, usable.format(table)) for table in ("bench.answers", "bench.critiques")}
