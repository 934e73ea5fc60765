from persona_pipeline.quality.facts import text_exactly_when_usable
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_leave_one_out import LEAVE_ONE_OUT_ANSWERS

SUITES.register(LEAVE_ONE_OUT_ANSWERS.path, lambda _: [text_exactly_when_usable("text")])
