"""A simulated embedding: texts that share words lie near each other, the same on every machine."""

import math
import re

from persona_pipeline.seeds import content_hash

EMBEDDING_MODEL = "sim-embed"
_WORD = re.compile(r"[^\W\d_]{4,}")  # shorter ones are mostly "the" and "is"


def embedded(text: str) -> list[float]:
    """64 numbers, a vector of length 1: a direction for each longer word, by hash, and a little of the text's own."""
    words = set(_WORD.findall(text.casefold()))
    total = [0.3 * value for value in _direction("text", text)]
    for word in sorted(words):
        total = [one + other for one, other in zip(total, _direction("word", word[:6]), strict=True)]
    length = math.sqrt(sum(value * value for value in total)) or 1.0
    return [value / length for value in total]


def _direction(*parts: str) -> list[float]:
    return [int(digit, 16) / 15 - 0.5 for digit in content_hash("embedding", *parts)]
