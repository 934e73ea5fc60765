"""What the household file of the synthetic extract says of a unit, worked out from its members one by one."""

from collections.abc import Sequence

import pandas as pd

from persona_pipeline.census.codebook import load_codebook
from persona_pipeline.census.derive import language_group
from persona_pipeline.census.relationships import LANGUAGE_ORDER, RELATIVES, ROLES, Role
from persona_pipeline.census.synthetic.homes import INSTITUTION, Home
from persona_pipeline.census.synthetic.people import YEAR, Answers

HHT_OF_KIND = {  # HHT by HHT2; cohabiting couples are families only where a relative lives with them
    **{"01": "1", "02": "1"},
    **{"05": "6", "06": "3", "07": "3", "08": "7"},
    **{"09": "4", "10": "2", "11": "2", "12": "5"},
}
NOT_ASKED = {"FPARC": "", "HHL": "", "HHT": "", "HHT2": "", "HUPARC": ""}


def unit_answers(home: Home, members: Sequence[Answers]) -> Answers:
    """Every variable of the household file; all but the kind of unit is blank in group quarters."""
    counts = {"NP": str(len(members))}
    if home.group_quarters:
        kind = "2" if home.head.relship == INSTITUTION else "3"
        return {**counts, "TYPEHUGQ": kind, **NOT_ASKED}
    roles = [_role(said) for said in members]
    related = [int(said["AGEP"]) for said, role in zip(members, roles, strict=True) if role in RELATIVES]
    family = "spouse" in roles or bool(related)
    return {
        **counts,
        "TYPEHUGQ": "1",
        "FPARC": _presence(related, below=5) if family else "",
        "HUPARC": _presence(related, below=6),
        "HHL": _language(members, roles),
        "HHT2": home.kind,
        "HHT": HHT_OF_KIND.get(home.kind) or _cohabiting_type(home, family),
    }


def _role(said: Answers) -> Role:
    return ROLES[load_codebook(YEAR).labels["RELSHIPP"][said["RELSHIPP"]]]


def _presence(ages: Sequence[int], below: int) -> str:
    """1 only younger children, 2 only older ones, 3 both, 4 none under 18."""
    younger, older = any(age < below for age in ages), any(below <= age < 18 for age in ages)
    return {(True, False): "1", (False, True): "2", (True, True): "3", (False, False): "4"}[younger, older]


def _cohabiting_type(home: Home, family: bool) -> str:
    if family:
        return "2" if home.head.male else "3"
    return "5" if home.head.male else "7"


def _language(members: Sequence[Answers], roles: Sequence[Role]) -> str:
    speakers = [
        (LANGUAGE_ORDER.index(role), order, said["LANP"])
        for order, (said, role) in enumerate(zip(members, roles, strict=True))
        if said["LANP"]
    ]
    return str(language_group(pd.Series([min(speakers)[2]])).iloc[0]) if speakers else "1"
