"""A small study: two personas with three items, one attention check and one repeat each, for two raters each."""

from persona_pipeline.study.cards import card
from persona_pipeline.study.design import Design, Item, Place

PERSONAS = ("persona-1", "persona-2")
ITEMS = 5
QUESTION = "What should I cook tonight?"


def small(raters_per_persona: int = 2, *, plain: int = 3) -> Design:
    """Args: plain: items besides the check and the repeat."""
    items = tuple(item for person in PERSONAS for item in _items(person, plain))
    places = tuple(
        Place(person, tuple(item.item_id for item in items if item.persona_id == person))
        for _ in range(raters_per_persona)
        for person in PERSONAS
    )
    return Design(items, places, {person: card({"age": 40 + n, "sex": "Female"}) for n, person in enumerate(PERSONAS)})


def _items(person: str, count: int) -> list[Item]:
    plain = [
        Item(f"{person}-item-{n}", person, f"{QUESTION} ({n})", f"Soup {n}.", f"Bread {n}.")
        for n in range(1, count + 1)
    ]
    check = Item(f"{person}-check", person, QUESTION, "Pasta.", "Please choose this answer.", expected="B")
    repeat = Item(
        f"{person}-repeat", person, plain[0].question, plain[0].answer_b, plain[0].answer_a, repeats=plain[0].item_id
    )
    return [*plain, check, repeat]
