"""Are planted differences between simulated models recovered, and do the benchmark's intervals cover the truth?

The truth is a model's accuracy over every persona × prompt pair of a warehouse; each seed draws a design of some items.

    python -m benchmarks.bench --database data/persona.duckdb --seeds 200 --items 200
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from persona_pipeline.bench import answers, critic
from persona_pipeline.bench.comparisons import comparisons, leaderboard
from persona_pipeline.bench.design import designed
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.scoring import scores
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.simulation import respond
from persona_pipeline.warehouse import WarehouseFile

MODELS = ("sim-b", "sim-c", "sim-d")
JUDGE = "sim-a"


def answered(requests: list[ChatRequest]) -> list[ChatReply]:
    texts = (respond(request.model, request.messages, request.draw) for request in requests)
    return [
        ChatReply(request.row_id, "ok", text, request.model, True)
        for request, text in zip(requests, texts, strict=True)
    ]


def everything(personas: pd.DataFrame, prompts: pd.DataFrame, mode: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers and verdicts for every pair."""
    items = designed(personas, prompts, n_items=len(personas) * len(prompts), split="any", seed=1)
    wanted = answers.cases(items, answers.Plan([mode], MODELS))
    asked = answers.requests(wanted, personas, prompts)
    given = answers.parse(wanted, asked, answered(asked), seed=1)
    asked = critic.requests(given, personas, prompts, judge=JUDGE)
    return given, critic.parse(given, asked, answered(asked), judge=JUDGE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--personas", type=int, default=40)
    parser.add_argument("--prompts", type=int, default=80)
    parser.add_argument("--mode", default="persona")
    given = parser.parse_args()
    began = time.process_time()
    file = WarehouseFile(given.database)
    personas, prompts = file.read(PERSONAS).head(given.personas), file.read(PROMPTS).head(given.prompts)
    every, verdicts = everything(personas, prompts, given.mode)
    passed = every.merge(verdicts, on="answer_id").groupby("judged_model")["needs_revision"].mean()
    truth = {model: 1 - float(passed[model]) for model in MODELS}
    covered, ordered, held = dict.fromkeys(MODELS, 0), 0, 0
    for seed in range(given.seeds):
        items = designed(personas, prompts, n_items=given.items, split="any", seed=seed)
        some = every[every["item_id"].isin(items["item_id"])]
        found = verdicts[verdicts["answer_id"].isin(some["answer_id"])]
        scored = scores(some, found, seed=seed, resamples=500)
        compared = comparisons(some, found, setting=Setting(seed, 500))
        board = leaderboard(scored, compared, some).set_index("judged_model")
        ordered += bool(np.all(np.diff(board.loc[list(MODELS), "accuracy"].astype(float)) < 0))
        held += all(board.loc[m, "rank_best"] <= n <= board.loc[m, "rank_worst"] for n, m in enumerate(MODELS, 1))
        for model in MODELS:
            covered[model] += bool(board.loc[model, "low"] <= truth[model] <= board.loc[model, "high"])
    print(f"truth: { {model: round(value, 3) for model, value in truth.items()} } over {len(every) // 3:,} pairs")
    print(f"95 % intervals cover it in: { {model: f'{n / given.seeds:.1%}' for model, n in covered.items()} }")
    print(
        f"accuracy in the planted order: {ordered / given.seeds:.1%}; rank ranges that hold the true rank of all three:"
        f" {held / given.seeds:.1%}"
    )
    print(f"{given.seeds} seeds of {given.items} items, {time.process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main()
