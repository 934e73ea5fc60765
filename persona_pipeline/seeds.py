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


def uniform_grid(seed: int, rows: Iterable[str], columns: Iterable[str], *names: object) -> np.ndarray:
    """One number in [0, 1) per row id × column id, that stays the same when other ids come or go.

    Each id is hashed once and the two hashes are mixed, so that millions of cells take a second.
    """
    mixed = _mixed(_keys(seed, rows, *names, "row")[:, None] ^ _mixed(_keys(seed, columns, *names, "column"))[None, :])
    return np.asarray((mixed >> np.uint64(11)) / float(1 << 53), dtype=float)


def _keys(seed: int, ids: Iterable[str], *names: object) -> np.ndarray:
    return np.array([int(content_hash(seed, *names, an_id)[:16], 16) for an_id in ids], dtype=np.uint64)


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Every bit depends on every bit: the finaliser of splitmix64 (Steele, Lea & Flood 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)  # wraps around at 2^64, as meant
    return np.asarray(numbers ^ (numbers >> np.uint64(31)))
