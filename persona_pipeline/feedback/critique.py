"""Critiques: the base answer seen from the persona's shoes."""

from typing import Any

import pandas as pd

from persona_pipeline.asking.rows import cells, persona_texts, question_texts, replies_by_row, unasked
from persona_pipeline.feedback.formats import CRITIQUE_HEADINGS, missing, placeholder, read_sections
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, why_invalid
from persona_pipeline.schemas.feedback import CRITIQUES
from persona_pipeline.schemas.templates import load_template


def requests(
    assignments: pd.DataFrame,
    base_responses: pd.DataFrame,
    personas: pd.DataFrame,
    prompts: pd.DataFrame,
    *,
    model: str,
) -> list[ChatRequest]:
    """One request per assignment whose base answer is usable."""
    template = load_template("persona_pipeline.feedback.templates", "critique")
    people, questions = persona_texts(personas, assignments["persona_id"]), question_texts(prompts)
    asked = assignments.merge(base_responses.loc[base_responses["status"] == "ok", ["base_id", "text"]], on="base_id")
    return [
        ChatRequest(
            CRITIQUES.path,
            pair,
            model,
            template.render(persona=people[persona], question=questions[prompt], answer=answer),
            template.version,
            headings=CRITIQUE_HEADINGS,
        )
        for pair, persona, prompt, answer in cells(asked, "pair_id", "persona_id", "prompt_id", "text")
    ]


def parse(
    assignments: pd.DataFrame, base_responses: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply]
) -> pd.DataFrame:
    """One row per assignment: the critique, or why there is none; not asked where the base answer is unusable."""
    answered = replies_by_row(requests, replies)
    bases = base_responses[["base_id", "status", "simulated"]]
    every = assignments[["pair_id", "persona_id", "prompt_id", "base_id"]].merge(bases, on="base_id", how="left")
    return CRITIQUES.frame(
        {
            "pair_id": pair,
            "persona_id": persona,
            "prompt_id": prompt,
            **(_critique(*answered[pair]) if pair in answered else _unasked(status, simulated)),
        }
        for pair, persona, prompt, status, simulated in cells(
            every, "pair_id", "persona_id", "prompt_id", "status", "simulated"
        )
    )


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no critique; None when it is one."""
    return why_invalid(_critique(request, reply))


def critique_text(evaluation: str, suggestions: str) -> str:
    """Both parts of a critique, under their headings."""
    return f"EVALUATION: {evaluation}\nSUGGESTIONS: {suggestions}"


def _critique(request: ChatRequest, reply: ChatReply) -> dict[str, Any]:
    found = read_sections(reply.text, CRITIQUE_HEADINGS) if reply.status == "ok" else None
    problem = placeholder(request, found) if found else missing(CRITIQUE_HEADINGS)
    usable = found if found and not problem else {}
    return {
        "evaluation": usable.get("EVALUATION"),
        "suggestions": usable.get("SUGGESTIONS"),
        **made_by(request, reply, invalid=problem),
    }


def _unasked(base_status: Any, simulated: Any) -> dict[str, Any]:
    return {"evaluation": None, "suggestions": None, **unasked("base answer", base_status, None, simulated)}
