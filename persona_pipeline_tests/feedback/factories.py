"""Small tables and replies to test with, by the shape that the test is about and nothing else."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, not_asked
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.simulation import respond

RELIGIONS = ("Catholic", "Protestant", "Religiously Unaffiliated", "Other Christian")


def personas(count: int, *, n_test: int = 0) -> pd.DataFrame:
    """persona-0, persona-1, …; the last n_test of them are of the test split."""
    return PERSONAS.frame(
        {
            **dict.fromkeys(ATTRIBUTE_NAMES),
            "persona_id": f"persona-{i}",
            "split": "test" if i >= count - n_test else "train",
            "person_id": f"person-{i}",
            "vintage": "2018-1yr",
            "state": "Wyoming",
            "synthetic": True,
            "adult": True,
            "age": 20 + i % 60,
            "sex": ("Female", "Male")[i % 2],
            "place_of_birth": "Wyoming/WY",
            "religion": RELIGIONS[i % 4],
            "ideology": ("Liberal", "Moderate", "Conservative")[i % 3],
            "lifestyle": f"Keeps {i} hens.",
            **dict.fromkeys(("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"), 3.0),
            "core_values": "thrift",
            "not_applicable": "{}",
            "seed": 1,
            **not_asked("made for a test", simulated=True),
        }
        for i in range(count)
    )


def prompts(n_train: int, n_held_out: int = 0) -> pd.DataFrame:
    """prompt-0, prompt-1, …; the first n_train of them are of the train split."""
    return PROMPTS.frame(
        {
            "prompt_id": f"prompt-{i}",
            "text": f"Should everybody own {i} bicycles?",
            "source": "embedded",
            "topic": "transport",
            "topic_terms": "bicycle",
            "split": "train" if i < n_train else "held_out",
        }
        for i in range(n_train + n_held_out)
    )


def said(text: str) -> dict[str, Any]:
    """A whole answer, for `answers`."""
    return {"status": "ok", "text": text}


TIMEOUT: dict[str, Any] = {"status": "failed", "text": None, "failure_kind": "timeout", "failure": "no answer in 60 s"}


def answers(requests: list[ChatRequest], script: Callable[[ChatRequest], dict[str, Any]]) -> list[ChatReply]:
    """A reply to each request, as the script says."""
    return [
        ChatReply(
            **{
                "request_hash": request.content_hash("test"),
                "model": request.model,
                "simulated": True,
                **script(request),
            }
        )
        for request in requests
    ]


def simulated(requests: list[ChatRequest]) -> list[ChatReply]:
    """The simulated model's replies."""
    return answers(requests, lambda request: said(respond(request.model, request.messages, request.draw)))
