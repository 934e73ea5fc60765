from persona_pipeline.quality.rules import Rule, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.census import HOUSEHOLDS


def agrees(attribute: str) -> Rule:
    """What the persons tell of their household is what the household file says."""
    return row_rule(
        f"{attribute}_agrees",
        f"Where both tell, the {attribute.replace('_', ' ')} that the persons give is the household file's.",
        lambda rows, _: ~rows[f"{attribute}_differs"].fillna(False),
        severity="warn",
    )


ATTRIBUTES = ("household_type", "household_language", "family_presence_and_age")
SUITES.register(HOUSEHOLDS.path, lambda _: [agrees(attribute) for attribute in ATTRIBUTES])
