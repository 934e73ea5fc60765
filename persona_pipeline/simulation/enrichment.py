"""The open-ended attributes of a persona, as a simulated model writes them: from its cues, and fitting its age."""

import re

from persona_pipeline.simulation.tags import lines_of
from persona_pipeline.simulation.themes import pick

_TODDLER, _CHILD, _TEEN, _ADULT, _OLD = 0, 5, 13, 18, 67  # the years at which each stage of life begins

_LIFESTYLES: dict[int, tuple[str, ...]] = {
    _TODDLER: ("Days follow meals and naps, close to the grown-ups at home.", "Home, the garden and a few streets."),
    _CHILD: ("Weekdays belong to school, weekends to the family.", "School, friends next door, and early bedtimes."),
    _TEEN: ("School fills the week, and friends the rest of it.", "Homework first, most days, and then a busy phone."),
    _ADULT: (
        "Keeps a steady week and guards the evenings.",
        "Lives within what comes in and plans one thing at a time.",
        "Spends weekdays on what has to be done and weekends outdoors when the weather allows.",
    ),
    _OLD: (
        "Rises early, keeps to a routine and sees old friends often.",
        "Has more time than before and fills it well.",
    ),
}
_PASTIMES: dict[int, tuple[str, ...]] = {
    _TODDLER: ("Plays with blocks and picture books.", "Plays with water, sand and anything that rolls."),
    _CHILD: ("Rides a bicycle and collects stickers.", "Draws, builds and plays outside until called in."),
}


def enriched(persona_text: str, cues_text: str, *noise: object) -> dict[str, str | None]:
    """The five written attributes; the job description is null without an occupation line.

    Below the age of 13 a pastime cue is not used: many would not suit a child.
    """
    persona, cues = lines_of(persona_text), lines_of(cues_text)
    stage = _stage(persona.get("age", ""))
    values = cues.get("core_values", "getting along with people")
    return {
        "detailed_job_description": _job(persona),
        "defining_quirks": _sentence(cues.get("quirk", "notices small things that others miss")),
        "mannerisms": _sentence(cues.get("mannerism", "speaks calmly and listens to the end")),
        "personal_time": _pastime(stage, cues.get("pastime"), persona_text, *noise),
        "lifestyle": f"{pick(_LIFESTYLES[stage], 'lifestyle', persona_text, *noise)} What counts most: {values}.",
    }


def _stage(age: str) -> int:
    years = int(age) if age.isdigit() else _ADULT
    return max(begin for begin in _LIFESTYLES if begin <= years)


def _pastime(stage: int, cue: str | None, *parts: object) -> str:
    if stage in _PASTIMES:
        return pick(_PASTIMES[stage], "pastime", *parts)
    return _sentence(f"free hours go to {_lower_first(cue)}" if cue else "free hours go to reading and walks")


def _job(persona: dict[str, str]) -> str | None:
    """What the person does at work, in the census's own terms; null without an occupation."""
    occupation = persona.get("occupation_category")
    if not occupation:
        return None
    industry, worker = persona.get("industry_category"), persona.get("class_of_worker")
    where = f" The trade is {_plain(industry)}." if industry else ""
    terms = f" On the terms of: {_lower_first(worker)}." if worker else ""
    return f"Does the daily work of {_plain(occupation)}: planning the day, doing it and handing it on.{where}{terms}"


def _plain(label: str) -> str:
    """A census label without its group's prefix, `MGR-Chief Executives` as `chief executives`."""
    return re.sub(r"^[A-Z]{3}-", "", label).strip().lower()


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
