from persona_pipeline.quality.suites import SUITES
from persona_pipeline.quality.suites.census_margins import error_or_reason, shares_sum_to_one
from persona_pipeline.schemas.census import PAIR_MARGINS

SUITES.register(
    PAIR_MARGINS.path, lambda _: [shares_sum_to_one("vintage", "attribute", "attribute_2"), error_or_reason()]
)
