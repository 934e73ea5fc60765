"""Prompts by hand, in the form that every stage's templates have."""

import random

from persona_pipeline.schemas.chat import Message
from persona_pipeline.simulation import INFLUENCE

SUBJECTS = ("taxes", "schools", "weddings", "football", "housing", "medicine", "religion", "holidays", "news", "pets")


def prompt(kind: str, **tags: str) -> tuple[Message, ...]:
    user = "\n".join(f"<{name}>\n{value}\n</{name}>" for name, value in tags.items())
    return (Message("system", f"Task: {kind}\nDo it."), Message("user", user))


def personas(count: int, seed: int = 1) -> list[str]:
    """Persona texts in which each attribute is there four times in five and has one of eight values."""
    rng = random.Random(seed)
    return [
        "\n".join(f"{n.replace('_', ' ')}: value {rng.randrange(8)}" for n in INFLUENCE if rng.random() < 0.8)
        for _ in range(count)
    ]


def questions(count: int) -> list[str]:
    return [f"What should my town do about {SUBJECTS[n % 10]} in year {n}?" for n in range(count)]
