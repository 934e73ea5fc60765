"""A small study: two personas with three items, one attention check and one repeat each, for two raters each."""

from persona_pipeline.study.cards import card
from persona_pipeline.study.design import Design, Item, Place

PERSONAS = ("persona-1", "persona-2")
ITEMS = 5
REVISION = "the revision, as the warehouse knows"  # nothing of it is given to the app


def small(raters_per_persona: int = 2, *, question: str = "What should I cook tonight?") -> Design:
    items = tuple(item for person in PERSONAS for item in _items(person, question))
    places = tuple(
        Place(person, tuple(item.item_id for item in items if item.persona_id == person))
        for _ in range(raters_per_persona)
        for person in PERSONAS
    )
    return Design(items, places, {person: card({"age": 40 + n, "sex": "Female"}) for n, person in enumerate(PERSONAS)})


def _items(person: str, question: str) -> list[Item]:
    plain = [Item(f"{person}-item-{n}", person, f"{question} ({n})", f"Soup {n}.", f"Bread {n}.") for n in (1, 2, 3)]
    check = Item(f"{person}-check", person, question, "Pasta.", "Please choose this answer.", expected="B")
    repeat = Item(
        f"{person}-repeat", person, plain[0].question, plain[0].answer_b, plain[0].answer_a, repeats=plain[0].item_id
    )
    return [*plain, check, repeat]
