"""Whether a profile can be one person: rules decide first, then a model on what no rule rejects."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from persona_pipeline.personas.rules import RULES, broken_rules
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, not_asked, why_invalid
from persona_pipeline.schemas.persona import CONSISTENCY
from persona_pipeline.schemas.render import as_lines
from persona_pipeline.schemas.replies import is_placeholder, parse_json, schema_of
from persona_pipeline.schemas.templates import load_template

STAGE = "personas.consistency"
PAPER_DROP_RATE = 0.085  # PERSONA section 3.1
NO_REASON = "The model gave no reason of its own."  # a small one repeats the words of the instructions
NO_REQUEST = "no model was asked about this profile"


class ConsistencyVerdict(BaseModel):
    """The answer that `check_consistency` asks for."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    consistent: bool
    reason: str


def next_round(profiles: pd.DataFrame, verdicts: pd.DataFrame, *, count: int) -> pd.DataFrame:
    """The profiles to judge next: at first as many as are wanted, then a replacement for each that did not pass.

    A replacement is the next of the draw in the same stratum. Empty when enough have passed, or none are left.

    Args:
        profiles: personas.profiles, whole.
        verdicts: personas.consistency of the rounds before; empty at first.
        count: personas wanted; the strata of the first `count` profiles say how many each stratum has.
    """
    ordered = profiles.sort_values("draw", kind="stable")
    passed = ordered[ordered["persona_id"].isin(passed_ids(verdicts))]
    missing = wanted(ordered, count).sub(passed["stratum"].value_counts(), fill_value=0)
    unjudged = ordered[~ordered["persona_id"].isin(verdicts["persona_id"])]
    needed = unjudged.groupby("stratum").cumcount() < unjudged["stratum"].map(missing).fillna(0)
    return unjudged[needed].reset_index(drop=True)


def wanted(profiles: pd.DataFrame, count: int) -> pd.Series:
    """How many personas each stratum shall have: as many as it has among the first `count` profiles of the draw."""
    return profiles.sort_values("draw", kind="stable").head(count)["stratum"].value_counts()


def passed_ids(verdicts: pd.DataFrame) -> pd.Series:
    return verdicts.loc[verdicts["consistent"].fillna(False).astype(bool), "persona_id"]


def requests(profiles: pd.DataFrame, *, model: str) -> list[ChatRequest]:
    """One question for each profile that no rule rejects."""
    open_ones = profiles[~broken_rules(profiles).any(axis=1).to_numpy()]
    return [_request(profile, model) for profile in open_ones.to_dict("records")]


def parse(
    profiles: pd.DataFrame, requests: Sequence[ChatRequest], replies: Sequence[ChatReply], *, round: int = 1
) -> pd.DataFrame:
    """One verdict per profile (personas.consistency); without a usable one, `consistent` is null."""
    answers = {q.row_id: (q, reply) for q, reply in zip(requests, replies, strict=True)}
    broken = _names_of_broken(profiles)
    return CONSISTENCY.frame(
        {"persona_id": an_id, "round": round, **(_by_rules(rules) if rules else _by_model(answers.get(an_id)))}
        for an_id, rules in zip(profiles["persona_id"], broken, strict=True)
    )


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer is no verdict; None when it is one."""
    return why_invalid(_by_model((request, reply)))


def drop_rates(verdicts: pd.DataFrame) -> dict[str, Any]:
    """The share of judged profiles that was rejected, beside the paper's, with counts by rule and by the model."""
    rejected = verdicts[~verdicts["consistent"].fillna(True).astype(bool)]
    by_rule = rejected["rule"].dropna().value_counts().sort_index()
    return {
        "rejected_share": float(len(rejected) / max(len(verdicts), 1)),
        "rejected_share_in_the_paper": PAPER_DROP_RATE,
        "rejected_by_rule": {str(name): int(n) for name, n in by_rule.items()},
        "rejected_by_the_model": int((rejected["decided_by"] == "model").sum()),
        "without_a_verdict": int(verdicts["consistent"].isna().sum()),
        "rounds": int(verdicts["round"].max()) if len(verdicts) else 0,
    }


def _request(profile: dict[Any, Any], model: str) -> ChatRequest:
    template = load_template("persona_pipeline.personas.templates", "check_consistency")
    return ChatRequest(
        stage=STAGE,
        row_id=profile["persona_id"],
        model=model,
        messages=template.render(persona=as_lines(profile)),
        template=template.version,
        temperature=0.0,
        max_tokens=200,
        response_schema=schema_of(ConsistencyVerdict),
    )


def _names_of_broken(profiles: pd.DataFrame) -> list[list[str]]:
    """The rules that each profile breaks, by name in alphabetical order."""
    broken = broken_rules(profiles)
    return [[name for name, hit in zip(broken.columns, row, strict=True) if hit] for row in broken.to_numpy()]


def _by_rules(names: list[str]) -> dict[str, Any]:
    """The verdict of the first rule broken, explained by all that were."""
    why = " ".join(RULES.get(name).explanation for name in names)
    found = {"consistent": False, "decided_by": "rule", "rule": names[0], "verdict_reason": why}
    return found | not_asked(f"the rule {names[0]} rejected the profile")


def _by_model(answer: tuple[ChatRequest, ChatReply] | None) -> dict[str, Any]:
    undecided = {"consistent": None, "decided_by": "model", "rule": None, "verdict_reason": None}
    if answer is None:
        return undecided | not_asked(NO_REQUEST)
    request, reply = answer
    found = parse_json(reply, ConsistencyVerdict)
    made = made_by(request, reply, invalid=found.problem)
    if found.value is None:
        return undecided | made
    why = NO_REASON if is_placeholder(request, "reason", found.value.reason) else found.value.reason
    return undecided | {"consistent": found.value.consistent, "verdict_reason": why} | made
