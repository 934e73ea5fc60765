"""Naming a persona, and merely using a word that it also has: written by hand, both kinds."""

import pytest

from persona_pipeline.feedback.identity import identity, named

NURSE = identity(
    {
        "age": 45,
        "income": 41250,
        "sex": "Female",
        "race": "White alone",
        "ancestry": "Irish",
        "place_of_birth": "New York/NY",
        "household_language": "English only",
        "occupation_category": "MED-Registered Nurses",
        "marital_status": "Divorced",
        "religion": "Catholic",
        "ideology": "Conservative",
        "veteran_status": "On active duty in the past, but not now",
        "lifestyle": "Keeps a narrow greenhouse behind the garage and swims before dawn.",
    }
)
QUESTION = "Should trams be free? Perhaps they should; it depends on who pays."


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("As a 45-year-old, start with the fare.", "45-year-old"),
        ("At the age of 45 a pass pays off.", "age of 45"),
        ("As a registered nurse you know the night bus.", "registered"),
        ("Being a Catholic, think of the poor.", "Catholic"),
        ("You're a conservative, so ask who pays.", "conservative"),
        ("For nurses like you it is a relief.", "nurses"),
        ("As a woman, ask about lighting.", "woman"),
        ("As a veteran you ride for less.", "veteran"),
        ("In New York the subway costs more.", "New York"),
        ("The Irish made buses free for children.", "Irish"),
        ("On $41,250 a year it matters.", "41,250"),
        ("Think of a narrow greenhouse behind the garage: small is fine.", "a narrow greenhouse behind"),
        ("People your age can remember free trams.", "people your age"),
    ],
)
def test_what_names_the_persona_is_found(text, sign):
    assert sign.casefold() in (named(NURSE, QUESTION, text) or "nothing").casefold()


@pytest.mark.parametrize(
    "text",
    [
        "Fares of 45 cents would do, 45 minutes apart.",
        "Nurses and other people on shifts gain most.",
        "As a rule nurses ride at night.",
        "As a conservative estimate it costs a million.",
        "White trams, a divorced timetable and a new start in York.",
        "A conservative budget, an active duty to pay, a registered pass.",
        "It costs 41,000 a year, or 42,250.",
        "You are right to ask; like you, many wonder.",
        "As a matter of fact, catholic taste helps.",
        "Swims before or after work are another matter.",
        "Before the end of the day, people need to go home.",
    ],
)
def test_common_words_name_nobody(text):
    found = named(NURSE, QUESTION, text)
    assert found is None, found


def test_what_the_question_says_already_is_no_sign():
    answer = "As a nurse in New York, yes."
    assert named(NURSE, "I am a nurse. Should trams be free?", answer) == '"New York"'
    assert named(NURSE, "I am a nurse in New York. Should trams be free?", answer) is None


def test_nothing_is_known_of_somebody_without_attributes():
    assert named(identity({"age": None, "income": None}), "", "As a 45-year-old nurse in Ohio on $41,250.") is None
