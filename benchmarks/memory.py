"""Peak memory of 10,000 and of 300,000 requests asked in chunks, with the ledger; and what an answer from it costs.

Each count runs in a process of its own against a stub that answers at once. Run it with

    python -m benchmarks.memory

The last line is JSON: `peak_mb` of both counts and `ratio_peak_300k_to_10k`; `hit_ms`, the time of one answer from the
full ledger, and `hit_ms_all_in`, the same with the request hashed and the reply handed over by the chat resource.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers.work import ANSWER, MODEL, PERSONA, peak_mb
from benchmarks.throughput import ROOT, stub

FEW, MANY = 10_000, 300_000
LOOKED_UP = 10_000


def main() -> None:
    options = _options()
    if options.count:
        print(json.dumps(measure(options.port, options.count, options.requests_in_chunks_of, options.concurrency)))
        return
    with stub(0) as port:
        figures = {count: _in_own_process(count, port, options) for count in (FEW, MANY)}
    for count, one in figures.items():
        print(f"{count:>9,} requests: {one['peak_mb']:6.0f} MB at most, {one['per_second']:6,.0f} requests/s")
    print(json.dumps(_summary(figures, options)))


def measure(port: int, count: int, chunk: int, concurrency: int) -> dict[str, float]:
    """Asks `count` requests in chunks, and then some of them again."""
    from persona_pipeline.resources.chat import Chat

    base_url = f"http://127.0.0.1:{port}/v1"
    chat = Chat(provider="openai_compatible", model=MODEL, base_url=base_url, concurrency=concurrency)
    with tempfile.TemporaryDirectory() as folder:
        ledger, began = Path(folder) / "ledger.sqlite", time.perf_counter()
        for start in range(0, count, chunk):
            _ask(chat, ledger, range(start, min(count, start + chunk)))
        figures = {"per_second": count / (time.perf_counter() - began), "peak_mb": peak_mb()}
        return figures | _hits(chat, ledger, base_url, count)


def _hits(chat: Any, ledger: Path, base_url: str, count: int) -> dict[str, float]:
    """Milliseconds of CPU for one answer from the ledger, over questions from all of it."""
    from persona_pipeline.llm.ledger import Ledger

    chosen = random.Random(0).sample(range(count), min(LOOKED_UP, count))
    hashes = [request.content_hash(base_url) for request in _requests(chosen)]
    with Ledger(ledger) as kept:
        hit_ms = _ms(lambda: len(kept.lookup(hashes)), len(chosen))
    return {"hit_ms": hit_ms, "hit_ms_all_in": _ms(lambda: _ask(chat, ledger, chosen), len(chosen))}


def _ms(work: Any, count: int) -> float:
    began = time.process_time()
    if work() != count:
        sys.exit("the ledger does not have all answers")
    return 1000 * (time.process_time() - began) / count


def _ask(chat: Any, ledger: Path, numbers: Any) -> int:
    replies = chat.ask(list(_requests(numbers)), ledger=ledger, asked_by="benchmark")
    return sum(reply.status == "ok" for reply in replies)


def _requests(numbers: Any) -> Iterator[Any]:
    from persona_pipeline.schemas.chat import ChatRequest, Message

    system = Message("system", "Task: critique\nDo as asked. " + "Keep to the format. " * 20)
    for n in numbers:
        user = Message("user", f"{PERSONA}\nWhat do you think about matter {n}, and why?\n{ANSWER}")
        yield ChatRequest("feedback.critiques", f"pair-{n}", MODEL, (system, user), "critique@0")


def _in_own_process(count: int, port: int, options: argparse.Namespace) -> dict[str, float]:
    sizes = {"--count": count, "--port": port, "--concurrency": options.concurrency}
    sizes["--requests-in-chunks-of"] = options.requests_in_chunks_of
    command = [sys.executable, "-m", "benchmarks.memory", *(str(part) for pair in sizes.items() for part in pair)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _summary(figures: dict[int, dict[str, float]], options: argparse.Namespace) -> dict[str, Any]:
    few, many = figures[FEW], figures[MANY]
    return {
        "requests_in_chunks_of": options.requests_in_chunks_of,
        "concurrency": options.concurrency,
        "peak_mb": {str(count): round(one["peak_mb"], 1) for count, one in figures.items()},
        "ratio_peak_300k_to_10k": round(many["peak_mb"] / few["peak_mb"], 3),
        "requests_per_second": round(many["per_second"], 1),
        "hit_ms": round(many["hit_ms"], 4),
        "hit_ms_all_in": round(many["hit_ms_all_in"], 4),
    }


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description="Peak memory of 10,000 and of 300,000 requests.")
    options.add_argument("--requests-in-chunks-of", type=int, default=10_000, help="how many are asked in one go")
    options.add_argument("--concurrency", type=int, default=256)
    options.add_argument("--count", type=int, help=argparse.SUPPRESS)
    options.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return options.parse_args()


if __name__ == "__main__":
    main()
