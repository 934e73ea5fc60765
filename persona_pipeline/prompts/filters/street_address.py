"""Personal data: a street address, a house number with one to four capitalised words and a kind of street."""

from persona_pipeline.prompts.filters import FILTERS, Filter
from persona_pipeline.prompts.personal import finds

KINDS = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Highway|Hwy|Parkway|Pkwy|"
    "Way"
)
ADDRESS = rf"(?<![\w$€£.,-])\d{{1,5}}[a-zA-Z]?,? (?-i:(?:[A-Z0-9][\w.'-]* ){{1,4}}(?:{KINDS})\b)"

FILTERS.register(
    "street_address",
    Filter(
        name="street_address",
        order=80,
        reason="It has a street address.",
        find=finds(ADDRESS, "address", plural="addresses"),
        trips="Is it safe to walk home to 1600 Example Hill Road alone?",
        passes="Is it safe to walk home 2 miles along Example Hill Road alone?",
    ),
)
