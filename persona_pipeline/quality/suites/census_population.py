from persona_pipeline.quality.facts import dictionary_labels, nulls_have_reasons
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES

SUITES.register(POPULATION.path, lambda _: [nulls_have_reasons(CENSUS_ATTRIBUTES), dictionary_labels()])
