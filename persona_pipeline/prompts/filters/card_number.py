"""Personal data: a payment card's number, 13 to 19 digits with the right check digit (Luhn)."""

from persona_pipeline.prompts.filters import FILTERS, Filter
from persona_pipeline.prompts.personal import finds, passes_luhn

NUMBER = r"(?<![\w.-])[3-6](?:[ -]?\d){12,18}(?![\w-])"

FILTERS.register(
    "card_number",
    Filter(
        name="card_number",
        order=50,
        reason="It has the number of a payment card.",
        find=finds(NUMBER, "number", passes_luhn),
        trips="Is 4111 1111 1111 1111 still a valid card number?",
        passes="Is 4111 1111 1111 1112 still a valid card number?",
    ),
)
