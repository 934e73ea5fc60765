"""What a small model's line in the parameters file does, through the chat resource and real sockets."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse

from persona_pipeline.feedback import critique
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.resources import Chat
from persona_pipeline_tests.feedback import chain, factories
from persona_pipeline_tests.llm.servers import serving

ROW = (
    "as_of: 2026-01-01\nmodels:\n  - {pattern: small, response_format: json_object_with_schema, sections_as: json, "
    "shortest_text: 10, longest_text: 40, also_send: {repeat_penalty: 1.1}}\n"
)


class HoldsToTheSchema:
    """A server that answers as a grammar makes a rambling model answer: every text as long as the schema allows.

    A question that is put again is answered in a few words.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = json.loads(await Request(scope, receive).body())
        self.asked.append(body)
        texts = body["response_format"]["schema"]["properties"]
        said = {
            name: "It is short." if "seed" in body else "and so on " * (text["maxLength"] // 10)
            for name, text in texts.items()
        }
        choice = {"message": {"role": "assistant", "content": json.dumps(said)}, "finish_reason": "stop"}
        await JSONResponse({"model": body["model"], "choices": [choice]})(scope, receive, send)


@pytest.fixture(scope="module")
def whole() -> Any:
    return chain.run(factories.simulated)


def test_sections_come_as_json_of_bounded_texts_and_what_was_cut_is_put_again(tmp_path: Path, whole: Any) -> None:
    parameters, served = tmp_path / "parameters.yaml", HoldsToTheSchema()
    parameters.write_text(ROW, "utf-8")
    requests = critique.requests(whole.assignments, whole.base, whole.personas, whole.prompts, model="small")[:3]
    with serving(served) as base_url:
        chat = Chat(provider="openai_compatible", model="small", base_url=base_url, parameters=str(parameters), draws=2)
        replies = chat.ask(requests, ledger=tmp_path / "ledger.sqlite", asked_by="run", acceptable=critique.acceptable)
    rows = critique.parse(whole.assignments.head(3), whole.base, requests, replies)
    assert rows[["status", "evaluation", "suggestions"]].values.tolist() == [["ok", "It is short.", "It is short."]] * 3
    assert json.loads(rows["raw_text"][0]) == {"EVALUATION": "It is short.", "SUGGESTIONS": "It is short."}
    with Ledger(tmp_path / "ledger.sqlite", read_only=True) as ledger:
        assert sorted(call["status"] for call in ledger.calls()) == ["ok"] * 3 + ["truncated"] * 3
    first = served.asked[0]
    assert first["repeat_penalty"] == 1.1
    assert first["response_format"]["schema"]["properties"]["EVALUATION"] == {
        "type": "string",
        "minLength": 10,
        "maxLength": 40,
    }
