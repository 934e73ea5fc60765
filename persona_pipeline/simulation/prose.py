"""Sentences of the simulated models: readable, different for each question and draw, and free of accidental themes."""

import re
from collections.abc import Sequence

from persona_pipeline.simulation.themes import THEMES, pick

_OPENERS = (
    "People see {topic} in more than one way, and that is worth saying first.",
    "There is no single answer about {topic}, though some things can be said.",
    "A question about {topic} deserves a careful look from several sides.",
    "Opinions about {topic} differ, often because people start from different places.",
    "It is easy to be quick about {topic}, and better to take a moment.",
)
_BASE_POINTS = (
    "One thing to weigh is {theme}, because it shapes what people expect of each other.",
    "Many would start from {theme} and work outwards from there.",
    "Some speak of {theme} here, and there is something to be said for that.",
    "It also touches on {theme}, which is seldom mentioned and often felt.",
)
_FILLERS = (
    "It helps to ask who gains, who pays and what would change in a year or in ten.",
    "Facts matter too: numbers from more than one place, read slowly, settle a good deal.",
    "What works in one town may fail in the next, so examples should be taken for what they are.",
    "Experts do not all agree, and where they do it is wise to say why.",
    "Talking with somebody who thinks otherwise usually shows where the real difference lies.",
    "Costs are part of the picture, and so is the effort that nobody counts.",
)
_CLOSERS = (
    "In the end it depends on what you find important, and it is fine to change your mind.",
    "None of this decides the matter, but it may help you to decide it for yourself.",
    "So there are good reasons on each side, and the choice remains yours.",
)
_SHORT_OPENERS = ("About {topic}:", "On {topic}, in short:", "Briefly, on {topic}:", "As to {topic}:")
_SHORT_POINTS = (
    "start from {first}, then give room to {rest}.",
    "much comes down to {first}, with {rest} close behind.",
    "let {first} lead, and keep {rest} in view.",
    "it goes best with {first}, helped by {rest}.",
)
_ONE_POINT = ("start from {first}.", "much comes down to {first}.", "let {first} lead.", "it goes best with {first}.")
_SHORT_CLOSERS = (
    "The rest can wait.",
    "That is usually enough to go on.",
    "Small steps will do.",
    "Everything else is detail.",
)
_COMMON_WORDS = """
about after again also because been before being between both could does doing done down ever every from give
given gives have having here into just know like make makes many more most much must only other over really same
shall should since some such tell than that their them then there these they thing things think this those
through under until very want wants well were what when where whether which while will with without would your
yours
"""
_NO_TOPIC = frozenset(_COMMON_WORDS.split())


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def topic_of(question: str) -> str:
    """Up to three of the question's longer words, none of them a theme, so that a topic never pleases anybody."""
    words = re.findall(r"[^\W\d_]{4,}", question.lower())
    fitting = [word for word in dict.fromkeys(words) if word not in _NO_TOPIC and word not in THEMES]
    longest = sorted(fitting, key=len, reverse=True)[:3]
    return listed([word for word in fitting if word in longest][:3]) or "this question"


def long_answer(question: str, themes: Sequence[str], *noise: object) -> str:
    """An answer of some eighty words that works each theme into a sentence."""
    points = [
        frame.format(theme=theme) for frame, theme in zip(_turned(_BASE_POINTS, question, *noise), themes, strict=False)
    ]
    fillers = _turned(_FILLERS, question, *noise)[:2]
    sentences = [
        _one(_OPENERS, "opener", question, *noise).format(topic=topic_of(question)),
        *points,
        *fillers,
        _one(_CLOSERS, "closer", question, *noise),
    ]
    return " ".join(sentences)


def short_answer(question: str, themes: Sequence[str], *noise: object) -> str:
    """An answer of some twenty words that works in the themes, the first one most."""
    points = _SHORT_POINTS if len(themes) > 1 else _ONE_POINT
    opener = _one(_SHORT_OPENERS, "short opener", question, *noise).format(topic=topic_of(question))
    point = _one(points, "short point", question, *noise).format(first=themes[0], rest=listed(themes[1:]))
    return f"{opener} {point} {_one(_SHORT_CLOSERS, 'short closer', question, *noise)}"


def _turned(choices: tuple[str, ...], *parts: object) -> tuple[str, ...]:
    """The choices in their order, from one of them on: none comes twice."""
    start = choices.index(_one(choices, "turn", *parts))
    return choices[start:] + choices[:start]


def _one(choices: tuple[str, ...], *parts: object) -> str:
    return pick(choices, "prose", *parts)
