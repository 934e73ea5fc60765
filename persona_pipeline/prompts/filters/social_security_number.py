"""Personal data: a United States social security number, three-two-four digits that can have been given out."""

from persona_pipeline.prompts.filters import FILTERS, Filter
from persona_pipeline.prompts.personal import finds

# never given out: areas 000, 666 and 900 on, group 00, serial 0000 (Social Security Administration)
NUMBER = r"(?<![\w-])(?!000|666|9)\d{3}([ -])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])"

FILTERS.register(
    "social_security_number",
    Filter(
        name="social_security_number",
        order=60,
        reason="It has a social security number.",
        find=finds(NUMBER, "number"),
        trips="Who should ever see my number 123-45-6789 at work?",
        passes="Who should ever see my number 000-45-6789 at work?",
    ),
)
