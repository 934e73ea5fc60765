"""Revisions: the base answer rewritten by the critique, without a word about the persona."""

from typing import Any

import pandas as pd

from persona_pipeline.asking.rows import cells, question_texts, replies_by_row, unasked
from persona_pipeline.feedback.critique import critique_text
from persona_pipeline.feedback.formats import (
    REVISION_HEADINGS,
    missing,
    placeholder,
    read_sections,
    residue,
    same_words,
    speaks_of_itself,
)
from persona_pipeline.schemas.chat import Acceptable, ChatReply, ChatRequest, made_by, why_invalid
from persona_pipeline.schemas.feedback import REVISIONS
from persona_pipeline.schemas.templates import load_template


def requests(
    assignments: pd.DataFrame,
    base_responses: pd.DataFrame,
    critiques: pd.DataFrame,
    prompts: pd.DataFrame,
    *,
    model: str,
) -> list[ChatRequest]:
    """One request per assignment whose critique is usable."""
    template = load_template("persona_pipeline.feedback.templates", "revise")
    questions = question_texts(prompts)
    asked = _with_base_text(critiques[critiques["status"] == "ok"], assignments, base_responses)
    columns = cells(asked, "pair_id", "prompt_id", "base_text", "evaluation", "suggestions")
    return [
        ChatRequest(
            REVISIONS.path,
            pair,
            model,
            template.render(question=questions[prompt], answer=base, critique=critique_text(evaluation, suggestions)),
            template.version,
            headings=REVISION_HEADINGS,
        )
        for pair, prompt, base, evaluation, suggestions in columns
    ]


def parse(
    assignments: pd.DataFrame,
    base_responses: pd.DataFrame,
    critiques: pd.DataFrame,
    requests: list[ChatRequest],
    replies: list[ChatReply],
) -> pd.DataFrame:
    """One row per assignment: the revision, or why there is none; not asked where the critique is unusable.

    Invalid is what keeps a part of the format, repeats the instructions or speaks of "the rewritten answer" instead of
    giving it, and what says the same words as the base answer.
    """
    answered = replies_by_row(requests, replies)
    found = critiques[["pair_id", "status", "reason", "simulated"]]
    every = assignments[["pair_id", "persona_id", "prompt_id", "base_id"]].merge(found, on="pair_id", how="left")
    base_texts = dict(cells(base_responses, "base_id", "text"))
    columns = cells(every, "pair_id", "persona_id", "prompt_id", "base_id", "status", "reason", "simulated")
    return REVISIONS.frame(
        {
            "pair_id": pair,
            "persona_id": persona,
            "prompt_id": prompt,
            **(_revision(*answered[pair], base_texts[base]) if pair in answered else _unasked(*critique)),
        }
        for pair, persona, prompt, base, *critique in columns
    )


def acceptable(assignments: pd.DataFrame, base_responses: pd.DataFrame) -> Acceptable:
    """What says why a whole answer is no revision of its base answer; None when it is one."""
    texts = dict(cells(base_responses, "base_id", "text"))
    base_of = dict(cells(assignments, "pair_id", "base_id"))

    def problem(request: ChatRequest, reply: ChatReply) -> str | None:
        return why_invalid(_revision(request, reply, texts[base_of[request.row_id]]))

    return problem


def _with_base_text(critiques: pd.DataFrame, assignments: pd.DataFrame, base_responses: pd.DataFrame) -> pd.DataFrame:
    bases = base_responses.loc[base_responses["status"] == "ok", ["base_id", "text"]]
    texts = assignments[["pair_id", "base_id"]].merge(bases.rename(columns={"text": "base_text"}), on="base_id")
    return critiques.merge(texts[["pair_id", "base_text"]], on="pair_id")


def _revision(request: ChatRequest, reply: ChatReply, base_text: str) -> dict[str, Any]:
    found = read_sections(reply.text, REVISION_HEADINGS) if reply.status == "ok" else None
    text = found[REVISION_HEADINGS[0]] if found else None
    problem = (placeholder(request, found) if found else None) or _problem(text, base_text)
    return {"text": None if problem else text, **made_by(request, reply, invalid=problem)}


def _problem(text: str | None, base_text: str) -> str | None:
    """Why the text is no revision; a closed set of phrases, so that they can be counted."""
    if text is None:
        return missing(REVISION_HEADINGS)
    if residue(text):
        return "a part of the format is left in the text"
    if speaks_of_itself(text, base_text):
        return "the text speaks of the revision instead of giving it"
    return "the revision is identical to the base answer" if same_words(text, base_text) else None


def _unasked(status: Any, reason: Any, simulated: Any) -> dict[str, Any]:
    return {"text": None, **unasked("critique", status, reason, simulated)}
