"""What an answer from the ledger costs, and recording one: SQLite beside PostgreSQL, taking turns.

    python -m benchmarks.ledger [--postgres postgresql://user:password@127.0.0.1/database] [--replies 5000]

The table `replies` of that database is filled and emptied again. The last line is JSON: for each store the
milliseconds of one hit and of one recorded reply, by the wall clock and in this process's CPU, the best of the rounds.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, Message

ENDPOINT, BATCH = "http://127.0.0.1/v1", 256  # replies in one transaction, as a wave records them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", help="an address with its password")
    parser.add_argument("--replies", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        places: dict[str, Path | str] = {"sqlite": Path(folder) / "replies.sqlite"}
        if options.postgres:
            places["postgres"] = options.postgres
        rounds = [
            {name: measured(place, options.replies) for name, place in places.items()} for _ in range(options.rounds)
        ]
    best = {name: {key: min(one[name][key] for one in rounds) for key in rounds[0][name]} for name in places}
    print(json.dumps({"replies": options.replies, **best}))


def measured(place: Path | str, count: int) -> dict[str, float]:
    """Milliseconds a reply."""
    message = Message("user", "Why?")
    asked = [ChatRequest("bench", f"row-{n}", "m", (message,), "t@1", draw=n) for n in range(count)]
    hashes = [request.content_hash(ENDPOINT) for request in asked]
    given = [ChatReply(known, "ok", "word " * 100, "m", False, 100, 100) for known in hashes]
    pairs = list(zip(asked, given, strict=True))
    with Ledger(place) as ledger:

        def record() -> None:
            for start in range(0, count, BATCH):
                ledger.record_many(pairs[start : start + BATCH], endpoint=ENDPOINT, asked_by="benchmark")

        recorded, hit = timed(record), timed(lambda: ledger.lookup(hashes))
        ledger.prune({"stage": "bench"})
    return {
        "hit_ms": hit[0] / count,
        "hit_cpu_ms": hit[1] / count,
        "record_ms": recorded[0] / count,
        "record_cpu_ms": recorded[1] / count,
    }


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the wall clock and of this process's CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


if __name__ == "__main__":
    main()
