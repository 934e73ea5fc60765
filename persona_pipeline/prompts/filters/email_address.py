"""Personal data: an e-mail address, `name@host.domain`."""

from persona_pipeline.prompts.filters import FILTERS, Filter
from persona_pipeline.prompts.personal import finds

ADDRESS = r"(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"

FILTERS.register(
    "email_address",
    Filter(
        name="email_address",
        order=30,
        reason="It has an e-mail address.",
        find=finds(ADDRESS, "address", plural="addresses"),
        trips="Why does nobody answer when I write to help@example.org?",
        passes="Why does nobody answer when I write to @example online?",
    ),
)
