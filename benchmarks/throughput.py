"""Model calls a second: our runner with its ledger against a bare aiohttp loop, the most one Python process can do.

Each contender does the same work in a process of its own against the same stub, in turns: every pair is a base answer,
a critique and a revision, three waves one after another. Run it with

    python -m benchmarks.throughput --latency-ms 200 --concurrency 256 --pairs 2000

The last line is JSON: the medians over the rounds, and ratio_to_aiohttp. Other systems take part when an environment of
theirs stands in .venv-peers/ (make bench-peers).
"""

import argparse
import asyncio
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-peers"
OURS, LIMIT = "persona_pipeline", "aiohttp"
PERSONA = "\n".join(f"attribute {n}: a value of some length that says who this is" for n in range(24))


def main() -> None:
    options = _options()
    if options.contender:
        print(json.dumps(measure(options)))
        return
    with stub(options.latency_ms) as port:
        rounds = [{name: _in_own_process(name, port, options) for name in contenders()} for _ in range(options.rounds)]
    figures = {name: _medians([one[name] for one in rounds]) for name in rounds[0]}
    _print_table(figures, options)
    print(json.dumps(_summary(figures, options)))


def contenders() -> list[str]:
    """Ours, the limit, and every peer that has an environment and a script."""
    scripts = {path.stem: path for path in (ROOT / "benchmarks" / "peers").glob("*.py")}
    return [LIMIT, OURS, *(name for name in sorted(scripts) if (PEERS / name / "bin" / "python").exists())]


@contextlib.contextmanager
def stub(latency_ms: float) -> Iterator[int]:
    """The stub's port, while it runs in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.stub", "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _in_own_process(name: str, port: int, options: argparse.Namespace) -> dict[str, float]:
    python = PEERS / name / "bin" / "python"
    script = ["-m", "benchmarks.throughput", "--contender", name]
    command = [str(python), f"benchmarks/peers/{name}.py"] if python.exists() else [sys.executable, *script]
    sizes = ["--port", port, "--concurrency", options.concurrency, "--pairs", options.pairs]
    done = subprocess.run([*command, *map(str, sizes)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Requests a second, CPU a request and peak memory of this process and its children."""
    base_url = f"http://127.0.0.1:{options.port}/v1"
    work = _through_runner if options.contender == OURS else _through_aiohttp
    work(base_url, 8, options.concurrency)  # imports and first connections are not the question
    cpu, began = _cpu_s(), time.perf_counter()
    work(base_url, options.pairs, options.concurrency)
    took, cpu, n_requests = time.perf_counter() - began, _cpu_s() - cpu, 3 * options.pairs
    return {"per_second": n_requests / took, "cpu_ms": 1000 * cpu / n_requests, "peak_mb": _peak_mb()}


def _waves(pairs: int) -> list[list[Any]]:
    """The three waves as requests, with prompts as long as real ones."""
    from persona_pipeline.schemas.chat import ChatRequest, Message

    def request(stage: str, n: int, user: str) -> ChatRequest:
        messages = (
            Message("system", f"Task: {stage}\nDo as asked. " + "Keep to the format. " * 20),
            Message("user", user),
        )
        return ChatRequest(f"feedback.{stage}", f"pair-{n}", "stub", messages, f"{stage}@0")

    answer = "An answer of some sentences, as a model gives it. " * 12
    question = "What do you think about matter {}, and why?"
    return [
        [request("base_responses", n, question.format(n)) for n in range(pairs)],
        [request("critiques", n, f"{PERSONA}\n{question.format(n)}\n{answer}") for n in range(pairs)],
        [request("revisions", n, f"{question.format(n)}\n{answer}\n{answer}") for n in range(pairs)],
    ]


def _through_runner(base_url: str, pairs: int, concurrency: int) -> None:
    from persona_pipeline.resources.chat import Chat

    chat = Chat(provider="openai_compatible", model="stub", base_url=base_url, concurrency=concurrency)
    with tempfile.TemporaryDirectory() as folder:
        for wave in _waves(pairs):
            replies = chat.ask(wave, ledger=Path(folder) / "ledger.sqlite", asked_by="benchmark")
            assert all(reply.status == "ok" for reply in replies)


def _through_aiohttp(base_url: str, pairs: int, concurrency: int) -> None:
    for wave in _waves(pairs):
        assert len(asyncio.run(_loop(base_url, wave, concurrency))) == pairs


async def _loop(base_url: str, wave: list[Any], concurrency: int) -> list[str]:
    """The least that asking takes: a body made, sent, read and parsed; nothing is checked or kept."""
    import aiohttp

    answers: list[str] = []
    requests = iter(wave)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:

        async def work() -> None:
            for request in requests:
                async with session.post(f"{base_url}/chat/completions", json=request.body()) as response:
                    answers.append(json.loads(await response.read())["choices"][0]["message"]["content"])

        await asyncio.gather(*(work() for _ in range(concurrency)))
    return answers


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mb() -> float:
    """Of this process, in MB; Linux counts in kB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def _print_table(figures: dict[str, dict[str, float]], options: argparse.Namespace) -> None:
    print(
        f"{3 * options.pairs:,} requests, {options.latency_ms:g} ms latency, concurrency {options.concurrency:,}: "
        f"latency alone allows {options.concurrency / options.latency_ms * 1000:,.0f} requests/s"
        if options.latency_ms
        else f"{3 * options.pairs:,} requests, no latency, concurrency {options.concurrency:,}"
    )
    print(f"{'':20}{'requests/s':>12}{'CPU ms/request':>16}{'peak MB':>10}{'of aiohttp':>12}")
    for name, one in figures.items():
        share = one["per_second"] / figures[LIMIT]["per_second"]
        print(f"{name:20}{one['per_second']:12,.0f}{one['cpu_ms']:16.2f}{one['peak_mb']:10,.0f}{share:12.2f}")


def _summary(figures: dict[str, dict[str, float]], options: argparse.Namespace) -> dict[str, Any]:
    ours = figures[OURS]
    peers = {name: ours["per_second"] / one["per_second"] for name, one in figures.items() if name not in (OURS, LIMIT)}
    return {
        "requests": 3 * options.pairs,
        "latency_ms": options.latency_ms,
        "concurrency": options.concurrency,
        "requests_per_second": round(ours["per_second"], 1),
        "ratio_to_aiohttp": round(ours["per_second"] / figures[LIMIT]["per_second"], 3),
        "cpu_ms_per_request": round(ours["cpu_ms"], 3),
        "peak_mb": round(ours["peak_mb"], 1),
        **{f"ratio_to_{name}": round(ratio, 2) for name, ratio in peers.items()},
    }


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description="Model calls a second, against a bare aiohttp loop.")
    options.add_argument("--latency-ms", type=float, default=200, help="how long the stub takes for an answer")
    options.add_argument("--concurrency", type=int, default=256)
    options.add_argument("--pairs", type=int, default=2000, help="three requests each")
    options.add_argument("--rounds", type=int, default=3, help="contenders take turns this often")
    options.add_argument("--contender", help=argparse.SUPPRESS)
    options.add_argument("--port", type=int, help=argparse.SUPPRESS)
    return options.parse_args()


if __name__ == "__main__":
    main()
