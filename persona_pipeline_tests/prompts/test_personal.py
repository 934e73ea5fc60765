"""Personal data by its form: what is one, and what only looks like it."""

import pytest

from persona_pipeline.prompts.filters import FILTERS
from persona_pipeline.prompts.personal import passes_luhn
from persona_pipeline_tests.prompts.factories import candidates

ONES = {
    "email_address": ["mail me at jo.doe+news@mail.example.co.uk!", "(JO@EXAMPLE.ORG)"],
    "phone_number": [
        "call +44 20 7946 0958 now",
        "202-555-0143",
        "1 (202) 555-0143.",
        "+4930123456789",
        "202.555.0143",
    ],
    "card_number": ["4111-1111-1111-1111", "378282246310005", "card 5555555555554444?"],
    "social_security_number": ["my ssn is 123-45-6789", "123 45 6789"],
    "ip_address": ["ping 203.0.113.7", "2001:db8:0:0:0:0:2:1", "2001:db8::1", "is 8.8.8.8 up?"],
    "street_address": ["I live at 12 Baker Street", "221b Old Mill Rd.", "at 1600 Pennsylvania Avenue NW"],
}
NOT_ONES = {
    "email_address": ["@jo", "a @ b.com", "jo@localhost", "5@3.4"],
    "phone_number": ["2019-2020", "1,234,567,890", "12345678901234567890", "$202-555-0143", "10-20-30", "0.2025550143"],
    "card_number": ["4111 1111 1111 1112", "1234567890123", "the year 4111", "41111111111111111111111"],
    "social_security_number": [
        "000-12-3456",
        "666-12-3456",
        "912-12-3456",
        "123-00-4567",
        "123-45-0000",
        "12-345-6789",
    ],
    "ip_address": ["version 1.2.3", "256.1.1.1", "127.0.0.1", "0.0.0.0", "10:30:00", "v1.2.3.4.5", "::"],
    "street_address": ["12 roads", "the 5 best ways to live", "3 Main ideas", "In 2020 the Road was long", "$5 Place"],
}
CASES = [(rule, text, kind is ONES) for kind in (ONES, NOT_ONES) for rule, texts in kind.items() for text in texts]


@pytest.mark.parametrize(("rule", "text", "is_one"), CASES)
def test_each_rule_sees_what_is_one_and_passes_over_what_is_not(rule, text, is_one):
    assert len(FILTERS.get(rule)(candidates(text))) == is_one


def test_what_is_found_is_counted():
    found = FILTERS.get("ip_address")(candidates("203.0.113.7 or 203.0.113.8", "203.0.113.9"))
    assert found["found"].tolist() == ["2 addresses", "1 address"]


def test_luhn_by_hand():
    """7992739871 with the check digit 3: the sum of doubled and plain digits is 70."""
    assert passes_luhn("79927398713")
    assert not passes_luhn("79927398710")


@pytest.mark.parametrize("text", ["1 " * 5000, "a." * 5000 + "@", "1234-" * 4000, "a:" * 5000, "9 Aa " * 4000])
def test_long_texts_of_nearly_matching_parts_take_no_time(text):
    for name in ONES:
        FILTERS.get(name)(candidates(text))
