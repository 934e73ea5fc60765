from persona_pipeline.quality.facts import (
    census_facts_unchanged,
    dictionary_labels,
    nothing_before_its_age,
    nulls_have_reasons,
    nulls_not_in_words,
)
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS

SUITES.register(
    PERSONAS.path,
    lambda _: [
        nulls_have_reasons(ATTRIBUTE_NAMES),
        dictionary_labels(),
        census_facts_unchanged(),
        nothing_before_its_age(),
        nulls_not_in_words(),
    ],
)
