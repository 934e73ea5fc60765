"""The only source of randomness and of ids: both come from content, never from the clock or from a position."""

import hashlib
import json
from collections.abc import Iterable

import numpy as np

ID_DIGITS = 20  # 80 bits: at ten million ids the chance of one collision is about 4e-11


def content_hash(*parts: object) -> str:
    """SHA-256, in hex, of the canonical JSON of the parts; the same parts give the same digest on every machine.

    Parts may be text, numbers, booleans, None, and lists, tuples or dicts of these.
    """
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def content_id(kind: str, *parts: object) -> str:
    """A short, stable id such as `persona-1f0c…`, derived from what the thing is."""
    return f"{kind}-{content_hash(kind, *parts)[:ID_DIGITS]}"


def rng_for(seed: int, *names: object) -> np.random.Generator:
    """An independent random stream for each seed and name; adding a stream never shifts another."""
    return np.random.default_rng(int(content_hash("rng", seed, *names), 16))


def unit_interval(*parts: object) -> float:
    """A number in [0, 1) that depends on nothing but the parts."""
    return int(content_hash(*parts)[:13], 16) / float(1 << 52)


def uniform_for(seed: int, ids: Iterable[str], *names: object) -> np.ndarray:
    """One number in [0, 1) per id, that stays the same when other ids come or go."""
    return np.array([unit_interval(seed, *names, an_id) for an_id in ids], dtype=float)
