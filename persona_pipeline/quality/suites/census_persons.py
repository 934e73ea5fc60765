from persona_pipeline.quality.rules import Rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.census import PERSONS

SUITES.register(
    PERSONS.path,
    lambda _: [
        Rule(
            "some_weight",
            "The records stand for somebody: their weights do not all vanish.",
            "ExpectColumnSumToBeBetween",
            {"column": "pwgtp", "min_value": 1},
        )
    ],
)
