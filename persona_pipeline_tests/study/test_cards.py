from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.study.cards import GROUPS, Card, Fact, Group, card


def test_every_attribute_stands_in_exactly_one_group():
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(ATTRIBUTE_NAMES)


def test_a_card_says_what_applies_in_words_and_leaves_out_the_rest():
    found = card({"age": 43, "sex": "Female", "income": -1200, "fertility": None, "persona_id": "persona-1"})
    assert found.headline == "43 years · Female"
    assert found.groups == (
        Group("About this person", (Fact("Age", "43 years"), Fact("Sex", "Female"))),
        Group("Education and work", (Fact("Income", "-1,200 US dollars"),)),
    )


def test_a_card_comes_back_from_plain_data():
    found = card({"age": 43, "lifestyle": "Lives\nquietly."})
    assert Card.from_data(found.as_data()) == found
    assert found.groups[1].facts == (Fact("Lifestyle", "Lives quietly."),)
