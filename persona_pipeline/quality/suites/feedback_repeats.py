from persona_pipeline.quality.facts import text_exactly_when_usable
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback import REPEATS

SUITES.register(REPEATS.path, lambda _: [text_exactly_when_usable("text")])
