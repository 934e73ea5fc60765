"""Who is shown what: the places of a study, each a persona with its items in order.

The only reader of `agreement.study_items` on the way to raters. It takes the texts of the two answers and leaves behind
which of them is the revision, and every model's name: what the web app does not have, it cannot give away.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.schemas.agreement import STUDY_ITEMS
from persona_pipeline.seeds import content_hash, unit_interval
from persona_pipeline.study.cards import Card, card

RATERS_PER_PERSONA = 4


@dataclass(frozen=True)
class Item:
    """A question and two answers, as shown.

    Args:
        expected: the answer that an attentive rater gives, of an attention check; None for all others.
        repeats: the item that is shown a second time; None for all others.
    """

    item_id: str
    persona_id: str
    question: str
    answer_a: str
    answer_b: str
    expected: str | None = None
    repeats: str | None = None


@dataclass(frozen=True)
class Place:
    """What one rater sees.

    Args:
        items: their ids, in the order shown.
    """

    persona_id: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Design:
    """A whole study.

    Args:
        places: one for each rater wanted, in the order in which they are filled: every persona once, then every
            persona a second time, so that a study that ends early has personas rated equally often.
        cards: each persona for people to read, by its id.
    """

    items: tuple[Item, ...]
    places: tuple[Place, ...]
    cards: dict[str, Card]

    @property
    def content_hash(self) -> str:
        """Changes with anything that a rater would see."""
        items = [[*vars(item).values()] for item in self.items]
        places = [[place.persona_id, place.items] for place in self.places]
        return content_hash(items, places, {name: card.as_data() for name, card in self.cards.items()})


def design_of(items: pd.DataFrame, personas: pd.DataFrame, *, raters_per_persona: int | None = None) -> Design:
    """The study that agreement.study_items describes, with the personas it names.

    Args:
        raters_per_persona: as many as the items say by default.
    Source: PERSONA section 4.2: 80 participants, 4 for each persona, each rates exactly one persona.
    """
    if raters_per_persona is not None and raters_per_persona < 1:
        raise ConfigError(f"{raters_per_persona} raters per persona", expected="1 or more")
    items = _ordered(items)
    wanted = {person: raters_per_persona or int(rows["raters_wanted"].max()) for person, rows in _by_persona(items)}
    orders = {person: tuple(rows["item_id"]) for person, rows in _by_persona(items)}
    places = tuple(
        Place(person, orders[person])
        for turn in range(max(wanted.values(), default=0))
        for person in orders
        if turn < wanted[person]
    )
    return Design(_items(items), places, _cards(personas, list(orders)))


def _ordered(items: pd.DataFrame) -> pd.DataFrame:
    """The items persona by persona in the order shown, with what a design without checks and repeats does not say."""
    numbers = [
        unit_interval(int(seed), "shown", item) for seed, item in zip(items["seed"], items["item_id"], strict=True)
    ]
    plain = {"expected_side": None, "repeats": None, "raters_wanted": RATERS_PER_PERSONA, "position": numbers}
    unsaid = {name: value for name, value in plain.items() if name not in items.columns}
    return items.assign(**unsaid).sort_values(["persona_id", "position", "item_id"], ignore_index=True)


def _by_persona(items: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    return ((str(person), rows) for person, rows in items.groupby("persona_id"))


def _items(items: pd.DataFrame) -> tuple[Item, ...]:
    names = ["item_id", "persona_id", "question", "answer_a", "answer_b", "expected_side", "repeats"]
    cells = items[names].astype(object).where(items[names].notna(), None)
    return tuple(Item(*row) for row in cells.itertuples(index=False, name=None))


def _cards(personas: pd.DataFrame, people: list[str]) -> dict[str, Card]:
    rows = personas[personas["persona_id"].isin(people)].to_dict("records")
    found = {str(row["persona_id"]): card({str(name): value for name, value in row.items()}) for row in rows}
    missing = [person for person in people if person not in found]
    if missing:
        raise InputError(
            f"{missing[0]} is not in personas.personas ({len(missing)} such personas)",
            where=STUDY_ITEMS.path,
            expected="items of personas that were published",
            fix="Materialize agreement/study_items again.",
        )
    return found
