"""What a persona prefers, by planted rule: the truth that judges, raters and metrics are measured against."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from persona_pipeline.seeds import unit_interval
from persona_pipeline.simulation.influence import INFLUENCE
from persona_pipeline.simulation.tags import lines_of
from persona_pipeline.simulation.themes import liked_by, themes_in

WANTED = 3  # themes that an answer for a persona works in

Choice = Literal["A", "B"]


def truth(persona_text: str, question: str, answer_a: str, answer_b: str) -> Choice:
    """Which answer this persona really prefers: the one whose themes suit it more.

    Antisymmetric: with the sides swapped the other letter comes back (of two equal answers none can be preferred:
    then it is always the same letter). A tie is broken by a hash of persona, question and both answers.
    """
    gain = suits(persona_text, question, answer_a) - suits(persona_text, question, answer_b)
    if gain != 0:
        return "A" if gain > 0 else "B"
    first, second = sorted((answer_a, answer_b))
    favourite = first if unit_interval("tie", persona_text, question, first, second) < 0.5 else second
    return "A" if answer_a == favourite else "B"


def choose(
    persona_text: str, question: str, answer_a: str, answer_b: str, *, fidelity: float, noise: tuple[object, ...]
) -> Choice:
    """What a judge or rater says: the truth with probability (1 + fidelity) / 2, else the other answer.

    Two raters with different noise err independently, so on balanced items the expected Cohen's kappa between them is
    the product of their fidelities, and between one and the truth its fidelity.

    Args:
        noise: what tells this rater, and this draw, from others.
    """
    right = truth(persona_text, question, answer_a, answer_b)
    coin = unit_interval("choice", noise, persona_text, question, sorted((answer_a, answer_b)))
    if coin < (1 + fidelity) / 2:
        return right
    return "B" if right == "A" else "A"


def suits(persona_text: str, question: str, answer: str) -> float:
    """How much of what the persona wants an answer carries: the summed weight of its themes, from 0."""
    weights = theme_weights(persona_text, question)
    return sum(weights.get(theme, 0.0) for theme in themes_in(answer))


def share_carried(persona_text: str, question: str, answer: str) -> float:
    """`suits` as a share of the best three themes; 0 for a persona that wants nothing, above 1 with more themes."""
    weights = theme_weights(persona_text, question)
    best = sum(weights[theme] for theme in wanted_themes(persona_text, question))
    return suits(persona_text, question, answer) / best if best else 0.0


def wanted_themes(persona_text: str, question: str, count: int = WANTED) -> tuple[str, ...]:
    """The themes that weigh most for this persona and question, the heaviest first."""
    weights = theme_weights(persona_text, question)
    return tuple(sorted(weights, key=lambda theme: (-weights[theme], theme))[:count])


@lru_cache(maxsize=1 << 12)
def theme_weights(persona_text: str, question: str) -> Mapping[str, float]:
    """The weight of each theme that some attribute of the persona likes: influence × relevance, summed."""
    relevant = relevance(question)
    weights: dict[str, float] = {}
    for attribute, theme in _likes(persona_text):
        weights[theme] = weights.get(theme, 0.0) + INFLUENCE[attribute] * relevant[attribute]
    return weights


def weightiest(persona_text: str, question: str, count: int) -> tuple[str, ...]:
    """The persona's attributes by influence × relevance to the question, the heaviest first."""
    relevant = relevance(question)
    there = [attribute for attribute, _ in _likes(persona_text)]
    return tuple(sorted(there, key=lambda name: (-INFLUENCE[name] * relevant[name], name))[:count])


@lru_cache(maxsize=1 << 12)
def relevance(question: str) -> Mapping[str, float]:
    """How much each attribute matters for a question: from 0.5 to 1.5, 1 on average."""
    return {attribute: 0.5 + unit_interval("relevance", attribute, question) for attribute in INFLUENCE}


@lru_cache(maxsize=1 << 12)
def _likes(persona_text: str) -> tuple[tuple[str, str], ...]:
    """Each attribute in a persona's text with the theme its value likes; unknown lines have no influence."""
    lines = lines_of(persona_text)
    return tuple((name, liked_by(name, lines[name])) for name in INFLUENCE if name in lines)
