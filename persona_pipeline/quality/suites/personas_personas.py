from persona_pipeline.quality.facts import census_facts_unchanged, dictionary_labels, nulls_have_reasons
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS

SUITES.register(
    PERSONAS.path,
    lambda frame: [nulls_have_reasons(ATTRIBUTE_NAMES), *dictionary_labels(frame), census_facts_unchanged()],
)
