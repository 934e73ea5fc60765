"""What 10, 100 and 1,000 times the paper's dataset would take, from figures measured at the paper's size.

    python -m benchmarks.costs [--model gpt-4.1-mini] [--requests-per-s 50] [--within-h 24]

Calls and tokens are those of `persona-pipeline estimate --config config/paper.yaml` with so many times the personas;
the prompts, the study and the benchmark stay as they are. The rest is a figure of docs/benchmarks.md for each pair or
call, multiplied. It prints the table of docs/scale.md; nothing is run and nobody is asked.
"""

import argparse
import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_pipeline.cli.estimate import Estimate, estimate
from persona_pipeline.cli.lengths import AtHand
from persona_pipeline.llm.prices import Prices, read_prices
from persona_pipeline.run_config import read_config

ROOT = Path(__file__).resolve().parents[1]
TIMES = (1, 10, 100, 1000)
PERSONAS, PAIRS_EACH = 1_586, 200


@dataclass(frozen=True)
class Measured:
    """Figures of one run of 317,200 pairs beside one of 40,000 (docs/benchmarks.md, scale), and what follows.

    Args:
        cpu_ms_per_pair: of a further pair, with the simulated model in process.
        cpu_ms_per_call: of asking one question of a real endpoint (docs/benchmarks.md, speed).
        memory_mb: at 40,000 pairs; `memory_kb_per_pair` is of a further pair.
        file_kb_per_pair: of the warehouse file, with the simulated model's texts.
        ledger_bytes_per_call: of the SQLite file, without the answer's text, which has 4 characters a token.
        calls_per_s: what one process asked at most, on two cores.
    """

    cpu_ms_per_pair: float = 1.6
    cpu_ms_per_call: float = 0.42
    memory_mb: float = 1_015 - 40_000 * (2_072 - 1_015) / 277_200
    memory_kb_per_pair: float = (2_072 - 1_015) * 1000 / 277_200
    file_mb: float = 58 - 40_000 * (240 - 58) / 277_200
    file_kb_per_pair: float = (240 - 58) * 1000 / 277_200
    ledger_bytes_per_call: float = 362
    calls_per_s: float = 822


@dataclass(frozen=True)
class Costs:
    """Of one size.

    Args:
        hours: of asking, at the endpoint's rate.
        machines: of two cores, that ask fast enough to be done in time, if the endpoint keeps up.
    """

    pairs: int
    calls: int
    tokens_m: float
    dollars: float | None
    hours: float
    cpu_hours: float
    memory_gb: float
    file_gb: float
    ledger_gb: float
    disk_gb: float
    machines: int


def costs(times: int, *, model: str, prices: Prices, requests_per_s: float, within_h: float) -> Costs:
    """What so many times the paper's personas take."""
    asked, unit = asked_of(model, times), Measured()
    calls = sum(stage.calls for stage in asked.stages)
    prompt = sum(stage.tokens[0] for stage in asked.stages)
    completion = sum(stage.tokens[1] for stage in asked.stages)
    pairs = PERSONAS * PAIRS_EACH * times
    file_gb = (unit.file_mb * 1e3 + pairs * unit.file_kb_per_pair) / 1e6
    ledger_gb = (calls * unit.ledger_bytes_per_call + 4 * completion) / 1e9
    return Costs(
        pairs,
        calls,
        (prompt + completion) / 1e6,
        prices.cost(model, prompt, completion).usd,
        calls / requests_per_s / 3600,
        (pairs * unit.cpu_ms_per_pair + calls * unit.cpu_ms_per_call) / 3.6e6,
        (unit.memory_mb * 1e3 + pairs * unit.memory_kb_per_pair) / 1e6,
        file_gb,
        ledger_gb,
        2 * file_gb + ledger_gb,
        math.ceil(calls / unit.calls_per_s / 3600 / within_h),
    )


def asked_of(model: str, times: int) -> Estimate:
    """What a run of so many times the paper's personas asks, as `estimate` says."""
    config: dict[str, Any] = copy.deepcopy(read_config(ROOT / "config" / "paper.yaml"))
    config["resources"]["experiment"]["config"]["personas"] = PERSONAS * times
    config["resources"]["chat"]["config"] |= {"model": model, "judge": model}
    config["ops"]["prompts__candidates"]["config"]["prism"] = str(ROOT / "no such file")  # the paper's numbers, then
    return estimate(config, AtHand(None, None, prism=str(ROOT / "no such file")))


def table(found: Mapping[int, Costs], *, model: str, requests_per_s: float, within_h: float) -> str:
    """The costs as Markdown, a column for each size."""
    lines: list[tuple[str, Callable[[Costs], str]]] = [
        ("pairs", lambda one: f"{one.pairs:,}"),
        ("model calls", lambda one: f"{one.calls:,}"),
        ("tokens, million", lambda one: f"{one.tokens_m:,.0f}"),
        (f"dollars, {model}", lambda one: "unknown" if one.dollars is None else f"{one.dollars:,.0f}"),
        (f"hours of asking at {requests_per_s:g} requests/s", lambda one: f"{one.hours:,.1f}"),
        ("CPU hours here", lambda one: f"{one.cpu_hours:,.1f}"),
        ("peak memory of the run, GB", lambda one: f"{one.memory_gb:,.1f}"),
        ("warehouse file, GB", lambda one: f"{one.file_gb:,.1f}"),
        ("ledger, GB", lambda one: f"{one.ledger_gb:,.1f}"),
        ("free disk while it publishes, GB", lambda one: f"{one.disk_gb:,.1f}"),
        (f"machines of 2 cores for {within_h:g} h, if the endpoint keeps up", lambda one: f"{one.machines:,}"),
    ]
    head = [f"| | {' | '.join(f'{times:,}×' for times in found)} |", f"|---|{'---|' * len(found)}"]
    return "\n".join(head + [f"| {name} | {' | '.join(map(show, found.values()))} |" for name, show in lines]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="gpt-4.1-mini", help="of the price list")
    parser.add_argument("--requests-per-s", type=float, default=50, help="what the endpoint answers")
    parser.add_argument("--within-h", type=float, default=24, help="hours that asking may take")
    options = parser.parse_args()
    print(printed(options.model, options.requests_per_s, options.within_h), end="")


def printed(model: str = "gpt-4.1-mini", requests_per_s: float = 50, within_h: float = 24) -> str:
    """What the command prints."""
    prices = read_prices()
    found = {
        times: costs(times, model=model, prices=prices, requests_per_s=requests_per_s, within_h=within_h)
        for times in TIMES
    }
    return table(found, model=model, requests_per_s=requests_per_s, within_h=within_h)


if __name__ == "__main__":
    main()
