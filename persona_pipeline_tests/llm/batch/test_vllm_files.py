import json
import re
from pathlib import Path

import pytest

from persona_pipeline.errors import ConfigError, ModelCallError
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.batch.vllm_files import VllmFiles
from persona_pipeline.llm.batch.ways import Nobody
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.runner import Runner
from persona_pipeline.llm.server import SimulatedServer
from persona_pipeline.llm.server_batches import SimulatedBatches
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline.simulation import respond
from persona_pipeline_tests.llm.asking import many, question
from persona_pipeline_tests.llm.batch.asking import Overtaken, ask_in_batches
from persona_pipeline_tests.llm.batch.servers import faulty_server

COMMAND = re.compile(r"^  vllm run-batch -i (\S+) -o (\S+) --model (\S+)$", re.MULTILINE)
ENDPOINT = "batch_files"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def ask(folder: Path, requests: list[ChatRequest], limits: Limits | None = None, **more: object) -> list[ChatReply]:
    batching = VllmFiles(folder, limits or Limits())
    with Ledger(folder.with_name("replies.sqlite")) as ledger:
        return Runner(Nobody(ENDPOINT), ledger, concurrency=1, batching=batching).run(requests, asked_by="run", **more)  # type: ignore[arg-type]


def commands(folder: Path, requests: list[ChatRequest], **more: object) -> list[tuple[Path, Path, str]]:
    """What the error says to type: input, output and model of each command."""
    with pytest.raises(ModelCallError, match="wait in") as raised:
        ask(folder, requests, **more)  # type: ignore[arg-type]
    return [(Path(i), Path(o), model) for i, o, model in COMMAND.findall(str(raised.value))]


def run_batch(questions: Path, answers: Path) -> list[bytes]:
    """As `vllm run-batch` would, with the simulated model; the lines of the answers."""
    batches: SimulatedBatches = SimulatedServer().batches
    lines = [batches.answer(json.loads(line))[0] for line in questions.read_bytes().splitlines()]
    answers.write_bytes(b"".join(lines))
    return lines


def test_questions_are_written_and_answers_read_when_they_are_there(folder: Path) -> None:
    asked = [*many(5), question(model="sim-b")]
    told = commands(folder, asked)
    assert commands(folder, asked) == told  # nothing is written twice
    assert sorted(model for *_, model in told) == ["sim-a", "sim-b"]
    run_batch(*told[0][:2])
    assert commands(folder, asked) == [told[1]]
    run_batch(*told[1][:2])
    replies = ask(folder, asked)
    assert [reply.text for reply in replies] == [respond(one.model, one.messages) for one in asked]
    assert len(list(folder.iterdir())) == 4


def test_a_question_file_has_one_request_on_each_line_under_its_hash(folder: Path) -> None:
    [(questions, _, _)] = commands(folder, [question(draw=3)])
    [line] = map(json.loads, questions.read_bytes().splitlines())
    assert line == {
        "custom_id": question(draw=3).content_hash(ENDPOINT),
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {**question().body(), "seed": 3},
    }


def test_what_an_output_lacks_is_asked_in_another_file_and_the_rest_is_kept(folder: Path) -> None:
    [(questions, answers, _)] = commands(folder, many(5))
    lines = run_batch(questions, answers)
    answers.write_bytes(b"".join(lines[:3]) + lines[3][:40])  # vLLM was ended while it wrote
    [(left, rest, _)] = commands(folder, many(5))
    assert len(left.read_bytes().splitlines()) == 2
    run_batch(left, rest)
    assert {reply.status for reply in ask(folder, many(5))} == {"ok"}


def errors_of_vllm(questions: Path, answers: Path) -> None:
    """The first line refused in the form that older versions have, the second in that of newer ones."""
    lines = [json.loads(line) for line in run_batch(questions, answers)]
    said = {"object": "error", "message": "too long", "type": "BadRequestError", "param": None, "code": 400}
    for line, error in zip(lines, (said, {"error": said}), strict=False):
        line["response"], line["error"] = {"status_code": 400, "request_id": "r", "body": None}, error
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_errors_of_vllm_are_failures_and_are_not_asked_at_every_run(folder: Path) -> None:
    [(questions, answers, _)] = commands(folder, many(4))
    errors_of_vllm(questions, answers)
    for _ in range(2):
        statuses = [(reply.status, reply.reason) for reply in ask(folder, many(4))]
        assert sorted(map(str, statuses)) == sorted(
            map(str, [("failed", "bad_request: HTTP 400: too long")] * 2 + [("ok", None)] * 2)
        )


def test_what_another_process_read_after_the_ledger_was_looked_into_is_not_written_again(folder: Path) -> None:
    asked = [*many(4), question(max_tokens=3)]  # the last answer is cut, and settled all the same
    [(questions, answers, _)] = commands(folder, asked)
    run_batch(questions, answers)
    with Overtaken(folder.with_name("replies.sqlite"), lambda: ask(folder, asked)) as ledger:
        batching = VllmFiles(folder, Limits())
        replies = Runner(Nobody(ENDPOINT), ledger, concurrency=1, batching=batching).run(asked, asked_by="run")
    assert [reply.status for reply in replies] == ["ok"] * 4 + ["truncated"]
    assert sorted(folder.iterdir()) == sorted([questions, answers])


def test_another_draw_is_another_file_and_the_first_is_not_written_again(folder: Path) -> None:
    asked = [question(max_tokens=3), question("another")]
    [(questions, answers, _)] = commands(folder, asked, draws=2)
    run_batch(questions, answers)
    [(again, answers, _)] = commands(folder, asked, draws=2)
    assert len(again.read_bytes().splitlines()) == 1
    run_batch(again, answers)
    assert [reply.status for reply in ask(folder, asked, draws=2)] == ["truncated", "ok"]
    assert [reply.status for reply in ask(folder, asked, draws=2)] == ["truncated", "ok"]


def test_files_that_were_removed_are_written_again(folder: Path) -> None:
    [(questions, _, _)] = commands(folder, many(2))
    questions.unlink()
    [(written, answers, _)] = commands(folder, many(2))
    run_batch(written, answers)
    assert {reply.status for reply in ask(folder, many(2))} == {"ok"}


def test_a_file_keeps_to_the_most_lines(folder: Path) -> None:
    assert len(commands(folder, many(5), limits=Limits(lines=2))) == 3


def test_requests_in_files_are_not_asked_by_the_batch_api_too(folder: Path) -> None:
    with faulty_server() as (base_url, batches):
        batching = VllmFiles(folder, Limits())
        with Ledger(folder.with_name("replies.sqlite")) as ledger, pytest.raises(ModelCallError, match="wait in"):
            Runner(Nobody(base_url), ledger, concurrency=1, batching=batching).run(many(2), asked_by="run")
        with pytest.raises(ConfigError, match=r"2 of the requests are in batch-.*vllm run-batch.*--forget"):
            ask_in_batches(base_url, folder.with_name("replies.sqlite"), many(2))
        assert batches.batches == {}
