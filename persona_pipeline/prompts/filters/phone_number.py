"""Personal data: a telephone number, in North American form or with a country code."""

from persona_pipeline.prompts.filters import FILTERS, Filter
from persona_pipeline.prompts.personal import digits_of, finds

WITH_COUNTRY = r"\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}"
NORTH_AMERICAN = r"(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"
NUMBER = rf"(?<![\w.$€£+-])(?:{WITH_COUNTRY}|{NORTH_AMERICAN})(?![\w-])"
SHORTEST, LONGEST = 10, 15  # digits: North American numbers have 10, E.164 allows 15


def is_phone_number(text: str) -> bool:
    return SHORTEST <= len(digits_of(text)) <= LONGEST


FILTERS.register(
    "phone_number",
    Filter(
        name="phone_number",
        order=40,
        reason="It has a telephone number.",
        find=finds(NUMBER, "number", is_phone_number),
        trips="Should I call (202) 555-0143 about my late refund?",
        passes="Should I call 311 about my 1,250 dollar refund of 2019-2020?",
    ),
)
