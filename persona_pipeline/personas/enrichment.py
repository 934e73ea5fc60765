"""Personas: consistent profiles, with the open-ended attributes that a model writes around the census facts."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.personas.consistency import passed_ids, wanted
from persona_pipeline.personas.profile import as_json
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, made_by, not_asked, why_invalid
from persona_pipeline.schemas.persona import PERSONAS, PROFILES, WRITTEN_ATTRIBUTES, Variant, reasons
from persona_pipeline.schemas.render import absent, as_lines, one_line
from persona_pipeline.schemas.replies import parse_json, schema_of
from persona_pipeline.schemas.templates import load_template
from persona_pipeline.seeds import uniform_for

STAGE = "personas.personas"
JOB = "detailed_job_description"
NEVER_WORKED = "never worked"  # of the dictionaries' label for having no current or recent occupation
TRAIN, ALL = 1000, 1586  # PERSONA section 3.1
CUES = {
    "quirk": "quirk_cue",
    "mannerism": "mannerism_cue",
    "pastime": "personal_time_cue",
    "core values": "core_values",
}

NOT_A_TEXT = re.compile(r"(n\s*/?\s*a|none|null|nil|unknown|not applicable)\W*", re.IGNORECASE)
NOBODY_ASKED = "no model was asked about this persona"
CONTROL_ARM = "not written: the demographics-only variant"


def _says_something(text: str) -> str:
    if NOT_A_TEXT.fullmatch(text):
        raise ValueError("a null in words")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_says_something)]


class Enrichment(BaseModel):
    """The answer that `enrich_persona` asks for."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    detailed_job_description: str | None
    defining_quirks: Text
    mannerisms: Text
    personal_time: Text
    lifestyle: Text


def accepted(profiles: pd.DataFrame, consistency: pd.DataFrame, *, count: int) -> pd.DataFrame:
    """The first `count` consistent profiles in the order of the draw; of each stratum as many as it shall have.

    Raises ShortfallError when fewer are consistent, and says what became of the others.
    """
    if count < 1:
        raise ConfigError(f"{count} personas were asked for", where="personas.personas, count", expected="1 or more")
    quotas = wanted(profiles, count)
    passed = profiles[profiles["persona_id"].isin(passed_ids(consistency))].sort_values("draw", kind="stable")
    found = passed[passed.groupby("stratum").cumcount() < passed["stratum"].map(quotas).fillna(0)]
    if len(found) < count:
        raise _shortfall(profiles, consistency, found, quotas, count)
    return PROFILES.conform(found)


def _shortfall(
    profiles: pd.DataFrame, consistency: pd.DataFrame, found: pd.DataFrame, quotas: pd.Series, count: int
) -> ShortfallError:
    others = ", ".join(f"{what}: {n}" for what, n in _rejected(consistency).items())
    missing = quotas.sub(found["stratum"].value_counts(), fill_value=0)
    where = f"; the stratum '{missing.idxmax()}' lacks most" if len(quotas) > 1 else ""
    return ShortfallError(
        f"{len(found)} of {len(profiles)} profiles are consistent and fit their stratum ({others}{where})",
        where="personas.personas",
        expected=f"{count}, the personas asked for",
        fix="Raise `reserve` of personas.profiles, so that more candidates are drawn.",
    )


def requests(profiles: pd.DataFrame, *, model: str) -> list[ChatRequest]:
    """One request per accepted profile, for all its open-ended attributes."""
    return [_request(profile, model) for profile in profiles.to_dict("records")]


def parse(
    profiles: pd.DataFrame,
    requests: Sequence[ChatRequest],
    replies: Sequence[ChatReply],
    *,
    variant: Variant = "enriched",
) -> pd.DataFrame:
    """One persona per accepted profile (personas.personas), train or test; census facts and draws are the profile's.

    Without a usable answer the open-ended attributes are null, with the reason in `not_applicable`; so are they all
    in the demographics-only variant, for which nothing is asked.
    """
    answers = {q.row_id: (q, reply) for q, reply in zip(requests, replies, strict=True)}
    written = [_written(row, answers.get(row["persona_id"]), variant) for row in profiles.to_dict("records")]
    kept = [name for name in PERSONAS.column_names if name in PROFILES.column_names and name != "not_applicable"]
    added = pd.DataFrame(written, index=profiles.index, dtype=object)
    whole = pd.concat([profiles[kept], added], axis=1)
    return PERSONAS.conform(whole.assign(split=_split(profiles["persona_id"]), variant=variant))


def acceptable(request: ChatRequest, reply: ChatReply) -> str | None:
    """Why a whole answer does not give the open-ended attributes; None when it does."""
    return why_invalid(_read((request, reply), "enriched")[1])


def left_out(profiles: pd.DataFrame, consistency: pd.DataFrame, *, count: int) -> dict[str, int]:
    """Profiles that do not become personas, by reason: profiles = `count` personas + these."""
    rejected = _rejected(consistency)
    return {**rejected, "not needed": len(profiles) - count - sum(rejected.values())}


def _rejected(consistency: pd.DataFrame) -> dict[str, int]:
    """`{"rejected by the rule married_child": 2, "rejected by the model": 3, "without a verdict": 1}`"""
    rejected = consistency[~consistency["consistent"].fillna(True)]
    by_rule = rejected.loc[rejected["decided_by"] == "rule", "rule"].value_counts().sort_index()
    counts = {f"rejected by the rule {name}": int(n) for name, n in by_rule.items()}
    counts["rejected by the model"] = int((rejected["decided_by"] == "model").sum())
    counts["without a verdict"] = int(consistency["consistent"].isna().sum())
    return counts


def _request(profile: Mapping[Any, Any], model: str) -> ChatRequest:
    template = load_template("persona_pipeline.personas.templates", "enrich_persona")
    cues = "\n".join(f"{label}: {one_line(profile[column])}" for label, column in CUES.items())
    return ChatRequest(
        stage=STAGE,
        row_id=profile["persona_id"],
        model=model,
        messages=template.render(persona=as_lines(profile), cues=cues),
        template=template.version,
        max_tokens=1024,
        response_schema=schema_of(Enrichment),
    )


def _written(
    profile: Mapping[Any, Any], answer: tuple[ChatRequest, ChatReply] | None, variant: Variant
) -> dict[str, Any]:
    """The written attributes, the reasons of those that are null, and where they come from."""
    texts, made = _read(answer, variant)
    asked_for = variant == "enriched"
    unusable = f"no usable answer: {made['reason'] or 'no job was described'}" if asked_for else CONTROL_ARM
    absent_because = {name: unusable for name, text in texts.items() if text is None}
    jobless = no_occupation(profile)
    if jobless is not None:
        texts[JOB], absent_because[JOB] = None, jobless
    because = reasons(profile["not_applicable"]) | absent_because
    return {**texts, "not_applicable": as_json(because), **made}


def _read(
    answer: tuple[ChatRequest, ChatReply] | None, variant: Variant
) -> tuple[dict[str, str | None], dict[str, Any]]:
    nothing: dict[str, str | None] = dict.fromkeys(WRITTEN_ATTRIBUTES)
    if answer is None:
        return nothing, not_asked(NOBODY_ASKED if variant == "enriched" else CONTROL_ARM)
    request, reply = answer
    found = parse_json(reply, Enrichment)
    made = made_by(request, reply, invalid=found.problem)
    if found.value is None:
        return nothing, made
    texts = {name: getattr(found.value, name) for name in WRITTEN_ATTRIBUTES}
    job = (texts[JOB] or "").strip()
    return texts | {JOB: None if not job or NOT_A_TEXT.fullmatch(job) else job}, made


def no_occupation(profile: Mapping[Any, Any]) -> str | None:
    """Why the person has no occupation; None when there is one. "Never worked" is the label of having none."""
    occupation = profile["occupation_category"]
    if absent(occupation):
        why = reasons(profile["not_applicable"]).get("occupation_category", "not recorded")
        return f"no occupation: {why}"
    return f"no occupation: {occupation}" if NEVER_WORKED in occupation.lower() else None


def _split(persona_ids: pd.Series) -> np.ndarray:
    """train for 1,000 of 1,586 personas, rounded, and test for the others; by an order that the ids alone decide."""
    places = np.lexsort((persona_ids.to_numpy(dtype=str), uniform_for(0, persona_ids, "personas.split")))
    found = np.full(len(places), "test", dtype=object)
    found[places[: round(len(places) * TRAIN / ALL)]] = "train"
    return found
