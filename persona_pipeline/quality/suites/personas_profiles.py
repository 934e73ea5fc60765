from persona_pipeline.quality.facts import census_facts_unchanged, dictionary_labels, nulls_have_reasons
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PROFILES, WRITTEN_ATTRIBUTES

DRAWN = tuple(name for name in ATTRIBUTE_NAMES if name not in WRITTEN_ATTRIBUTES)
SUITES.register(
    PROFILES.path,
    lambda frame: [nulls_have_reasons(DRAWN), *dictionary_labels(frame), census_facts_unchanged()],
)
