"""What every contender is asked, and how it is measured; needs nothing but Python, as each runs in its own environment.

`run` calls `ask(base_url, waves, concurrency)` of a peer's script once with a few pairs, for its imports and first
connections, and then with all of them; the last line that it prints is JSON.
"""

import argparse
import importlib.util
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PERSONA = "\n".join(f"attribute {n}: a value of some length that says who this is" for n in range(24))
ANSWER = "An answer of some sentences, as a model gives it. " * 12
MODEL = "stub"
MAX_TOKENS = 1024
WARM_UP = 8


@dataclass(frozen=True)
class Wave:
    """One kind of request: an instruction that all share, and what differs, one text per pair."""

    name: str
    system: str
    users: list[str]


Ask = Callable[[str, list[Wave], int], int]
"""Puts the waves to the endpoint one after another, and gives the number of answers with text."""


def waves(pairs: int) -> list[Wave]:
    """Base answers, critiques and revisions, with texts as long as real ones."""
    questions = [f"What do you think about matter {n}, and why?" for n in range(pairs)]
    return [
        _wave("base_responses", questions),
        _wave("critiques", [f"{PERSONA}\n{question}\n{ANSWER}" for question in questions]),
        _wave("revisions", [f"{question}\n{ANSWER}\n{ANSWER}" for question in questions]),
    ]


def _wave(name: str, users: list[str]) -> Wave:
    return Wave(name, f"Task: {name}\nDo as asked. " + "Keep to the format. " * 20, users)


def tokenizer() -> dict[str, str]:
    """The setting by which tiktoken finds the tokenizer that litellm carries, instead of downloading it."""
    litellm = importlib.util.find_spec("litellm")
    if litellm is None or litellm.origin is None:
        return {}
    return {"TIKTOKEN_CACHE_DIR": str(Path(litellm.origin).parent / "litellm_core_utils" / "tokenizers")}


def run(ask: Ask) -> None:
    """The whole of a peer's script."""
    options = argparse.ArgumentParser()
    for name in ("port", "concurrency", "pairs"):
        options.add_argument(f"--{name}", type=int, required=True)
    chosen = options.parse_args()
    print(json.dumps(measure(ask, f"http://127.0.0.1:{chosen.port}/v1", chosen.pairs, chosen.concurrency)))


def measure(ask: Ask, base_url: str, pairs: int, concurrency: int) -> dict[str, float]:
    """Requests a second, CPU a request and peak memory of this process and its children."""
    ask(base_url, waves(WARM_UP), concurrency)
    asked = waves(pairs)
    cpu, began = cpu_s(), time.perf_counter()
    answered = ask(base_url, asked, concurrency)
    took, cpu = time.perf_counter() - began, cpu_s() - cpu
    if answered != 3 * pairs:
        sys.exit(f"{answered:,} of {3 * pairs:,} requests were answered")
    return {"per_second": answered / took, "cpu_ms": 1000 * cpu / answered, "peak_mb": peak_mb()}


def cpu_s() -> float:
    """Of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_mb() -> float:
    """Of the largest of this process and its children that have ended; Linux counts in kB, macOS in bytes."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(usage.ru_maxrss for usage in usages) / (1e6 if sys.platform == "darwin" else 1e3)
