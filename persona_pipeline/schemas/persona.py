"""What a persona is: the 33 attributes of the PERSONA paper, in its order, and what surrounds them.

An attribute is one field of `Attributes`. Its `origin` says who may decide it: a census fact is decoded from a real
record and never rewritten; what is drawn comes from a published distribution; only what is written comes from a model.
"""

import json
from typing import Literal

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.fields import Column, Row, column, columns_of
from persona_pipeline.schemas.tables import table

FACT = "Null when it does not apply; not_applicable then holds the dictionary's reason."


def _census(description: str, variable: str, wording: str | None = None) -> str | None:
    """A text attribute taken from the census: one of the vintage's dictionary labels."""
    found: str | None = column(
        f"{description} {FACT}", source=f"ACS PUMS {variable}", wording=wording, origin="census", min_length=1
    )
    return found


def _drawn(description: str, source: str, wording: str | None = None) -> str | None:
    found: str | None = column(description, source=source, wording=wording, origin="drawn", min_length=1)
    return found


def _written(description: str, wording: str | None = None) -> str | None:
    found: str | None = column(
        description, source="PERSONA section 3.1", wording=wording, origin="written", min_length=1
    )
    return found


class Attributes(Row):
    """The paper's 33 attributes, in the paper's order."""

    age: int = column(
        "Age.", unit="years, top-coded by the Census", source="ACS PUMS AGEP", at_least=0, at_most=120, origin="census"
    )
    sex: str | None = _census("Sex.", "SEX")
    race: str | None = _census("Race, recoded by the Census to nine groups.", "RAC1P")
    ancestry: str | None = _census("First ancestry entry.", "ANC1P")
    household_language: str | None = _census("Language spoken in the household.", "HHL")
    education: str | None = _census("Highest education reached.", "SCHL")
    employment_status: str | None = _census("Employment status.", "ESR")
    class_of_worker: str | None = _census("Class of worker.", "COW")
    industry_category: str | None = _census("Industry of the current or last job.", "INDP")
    occupation_category: str | None = _census("Occupation of the current or last job.", "OCCP")
    detailed_job_description: str | None = _written(
        "What the person does at work, in their occupation, industry and class of worker; null without an occupation."
    )
    income: int | None = column(
        f"Total income of the past 12 months, adjusted by ADJINC; negative for a loss. {FACT}",
        unit="US dollars of the survey year",
        source="ACS PUMS PINCP × ADJINC / 10^6",
        origin="census",
    )
    marital_status: str | None = _census("Marital status.", "MAR")
    household_type: str | None = _census("Household or family type.", "HHT2 (HHT before 2019)")
    family_presence_and_age: str | None = _census("Presence and age of related children.", "FPARC (HUPARC)")
    place_of_birth: str | None = _census("State or country of birth.", "POBP")
    citizenship: str | None = _census("Citizenship.", "CIT")
    veteran_status: str | None = _census("Military service.", "MIL")
    disability: str | None = _census("Whether the person has a disability.", "DIS")
    health_insurance: str | None = _census("Whether the person has health insurance.", "HICOV")
    big_five_scores: str | None = _drawn(
        "Level of each Big Five trait, as 'Openness: High, …'.", "BFI-2 norms, Soto & John 2017", "big five scores"
    )
    defining_quirks: str | None = _written("What sets the person apart.")
    mannerisms: str | None = _written("How the person moves and speaks.")
    personal_time: str | None = _written("What the person does with free time.")
    lifestyle: str | None = _written("How the person lives.")
    ideology: str | None = _drawn("Place on the liberal to conservative scale; null for children.", "data/README.md")
    political_views: str | None = _drawn("Party leaning; null for children.", "data/README.md")
    religion: str | None = _drawn("Religious tradition.", "data/README.md")
    cognitive_difficulty: str | None = _census("Cognitive difficulty.", "DREM")
    ability_to_speak_english: str | None = _census("How well the person speaks English.", "ENG")
    vision_difficulty: str | None = _census("Vision difficulty.", "DEYE")
    fertility: str | None = _census("Gave birth within the past 12 months.", "FER")
    hearing_difficulty: str | None = _census("Hearing difficulty.", "DEAR")


ATTRIBUTES: tuple[Column, ...] = columns_of(Attributes)
ATTRIBUTE_NAMES: tuple[str, ...] = tuple(a.name for a in ATTRIBUTES)
CENSUS_ATTRIBUTES: tuple[str, ...] = tuple(a.name for a in ATTRIBUTES if a.origin == "census")
DRAWN_ATTRIBUTES: tuple[str, ...] = tuple(a.name for a in ATTRIBUTES if a.origin == "drawn")
WRITTEN_ATTRIBUTES: tuple[str, ...] = tuple(a.name for a in ATTRIBUTES if a.origin == "written")

BIG_FIVE: tuple[str, ...] = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


class PersonSource(Row):
    """Where a person's facts come from."""

    person_id: str = column("The census record, as in census.persons.")
    vintage: str = column("Census vintage, such as 2018-1yr.")
    state: str = column("State of residence, by name.", source="ACS PUMS ST / STATE")
    synthetic: bool = column("True for the embedded synthetic extract: not a real census record.")
    adult: bool = column("True from the age of 18.")


class NotApplicable(Row):
    not_applicable: str = column(
        "JSON object: each null attribute with the reason, a census fact's being its dictionary label "
        '(\'{"fertility": "N/A (less than 15 years/greater than 50 years/male)"}\').',
        min_length=2,
    )


def _score(trait: str) -> float:
    found: float = column(
        f"{trait}, the score behind its level.",
        unit="BFI-2 scale, 1 to 5",
        source="BFI-2 norms, Soto & John 2017",
        at_least=1,
        at_most=5,
    )
    return found


class Psychodemographics(Row):
    """What is drawn for a person beyond the census, before any model is asked."""

    openness: float = _score("Openness")
    conscientiousness: float = _score("Conscientiousness")
    extraversion: float = _score("Extraversion")
    agreeableness: float = _score("Agreeableness")
    neuroticism: float = _score("Neuroticism")
    core_values: str = column("What matters most to the person, from a curated list.", min_length=1)


class PersonaId(Row):
    persona_id: str = column("The persona: content-derived from the census record, its repetition and the seed.")


class Seed(Row):
    seed: int = column("The seed behind every random choice in this row.")


class Draw(Row):
    draw: int = column("Place in the order of the draw, from 0; the first consistent ones become personas.", at_least=0)
    stratum: str = column(
        "The stratum that the person was drawn in, such as 'state: Wyoming'; 'everybody' where there are none. A "
        "rejected profile is replaced from its own stratum.",
        min_length=1,
    )
    sampling: str = column(
        "JSON object: the settings of the draw (method, strata, margins, include_minors), the same in every row.",
        min_length=2,
    )
    quirk_cue: str = column("A quirk from a curated list, for the enrichment to start from.", min_length=1)
    mannerism_cue: str = column("A mannerism from a curated list, for the enrichment to start from.", min_length=1)
    personal_time_cue: str = column("A pastime from a curated list, for the enrichment to start from.", min_length=1)


PROFILES = table(
    "personas",
    "profiles",
    columns_of(PersonaId)
    + columns_of(Draw, only=["draw", "stratum", "sampling"])
    + columns_of(PersonSource)
    + columns_of(Attributes, only=[n for n in ATTRIBUTE_NAMES if n not in WRITTEN_ATTRIBUTES])
    + columns_of(Psychodemographics)
    + columns_of(Draw, only=["quirk_cue", "mannerism_cue", "personal_time_cue"])
    + columns_of(NotApplicable)
    + columns_of(Seed),
    key=("persona_id",),
    description="People drawn from census.population by survey weight (or in strata, or by raked weights), with a Big "
    "Five profile and drawn psychodemographics; candidates for personas, in the order of the draw: first as many as "
    "personas are wanted, then a reserve that replaces inconsistent ones.",
)


class Verdict(ModelMade):
    persona_id: str = column("The profile judged.")
    consistent: bool | None = column("Whether the profile can be one person; null when there is no verdict.")
    decided_by: Literal["rule", "model"] = column("Who decided.")
    rule: str | None = column("The rule that found a contradiction; null when none did.")
    verdict_reason: str | None = column("Why, in a sentence.")
    round: int = column(
        "The round that judged it, from 1: each later one judges replacements for what was rejected before.", at_least=1
    )


CONSISTENCY = table(
    "personas",
    "consistency",
    columns_of(Verdict),
    key=("persona_id",),
    description="One verdict per profile that was needed: rules first, then the model; rejected profiles stay, with "
    "the reason, and are replaced by the next ones of the draw, round by round, until there are enough.",
)


Variant = Literal["enriched", "demographics_only"]


class PersonaVariant(Row):
    variant: Variant = column(
        "enriched: with attributes that a model wrote; demographics_only: the control arm, with census facts and what "
        "is drawn from published distributions, and none that a model wrote."
    )


class PersonaSplit(Row):
    split: Literal["train", "test"] = column(
        "Persona split, 1,000 : 586 as in the paper.", source="PERSONA section 3.1"
    )


PERSONAS = table(
    "personas",
    "personas",
    columns_of(PersonaId)
    + columns_of(PersonaSplit)
    + columns_of(PersonaVariant)
    + columns_of(PersonSource)
    + ATTRIBUTES
    + columns_of(Psychodemographics)
    + columns_of(NotApplicable)
    + columns_of(Seed)
    + columns_of(ModelMade),
    key=("persona_id",),
    description="Personas: real census facts unchanged, drawn psychodemographics, and open-ended attributes written "
    "by a model. Synthetic people, not to be mistaken for the respondents behind the records.",
)


APPLIES_FROM_AGE: dict[str, int] = {
    "education": 3,
    "cognitive_difficulty": 5,
    "ability_to_speak_english": 5,
    "income": 15,
    "fertility": 15,
    "employment_status": 16,
    "class_of_worker": 16,
    "industry_category": 16,
    "occupation_category": 16,
    "detailed_job_description": 16,
    "veteran_status": 17,
    "ideology": 18,
    "political_views": 18,
}
"""The age, in years, from which an attribute applies: the Census's universes, and 18 for what only adults are asked."""


def reasons(not_applicable: str) -> dict[str, str]:
    """The reasons in a `not_applicable` value."""
    found: dict[str, str] = json.loads(not_applicable)
    return found
