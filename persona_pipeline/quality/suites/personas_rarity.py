from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona_reports import RARITY

SUITES.register(
    RARITY.path,
    lambda _: [
        row_rule(
            "nobody_is_their_own_nearest",
            "The nearest persona is another one.",
            lambda rows, _: rows["nearest_persona_id"].isna() | (rows["nearest_persona_id"] != rows["persona_id"]),
        )
    ],
)
