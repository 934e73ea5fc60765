"""Are planted differences between simulated models recovered, and do the benchmark's intervals cover the truth?

Each seed draws personas and prompts anew from those of a warehouse, pairs them, and scores as the assets do. The truth
is a model's accuracy over random pairs of them all. With --fixed personas and prompts stay and only the pairs are
drawn: intervals, which count on other people and other prompts, are too wide for that.

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


class Judged:
    """Answers and verdicts for pairs; each pair is asked once however often it is drawn."""

    def __init__(self, personas: pd.DataFrame, prompts: pd.DataFrame, mode: str) -> None:
        self.personas, self.prompts, self.mode = personas, prompts, mode
        self._answers: pd.DataFrame | None = None
        self._verdicts: pd.DataFrame | None = None

    def of(self, items: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        known = set() if self._answers is None else set(self._answers["item_id"])
        new = items[~items["item_id"].isin(known)]
        if len(new):
            self._ask(new)
        some = self._answers[self._answers["item_id"].isin(items["item_id"])]
        return some, self._verdicts[self._verdicts["answer_id"].isin(some["answer_id"])]

    def _ask(self, items: pd.DataFrame) -> None:
        wanted = answers.cases(items, answers.Plan([self.mode], MODELS))
        asked = answers.requests(wanted, self.personas, self.prompts)
        given = answers.parse(wanted, asked, answered(asked), seed=1)
        asked = critic.requests(given, self.personas, self.prompts, judge=JUDGE)
        said = critic.parse(given, asked, answered(asked), judge=JUDGE)
        self._answers = pd.concat([self._answers, given], ignore_index=True) if self._answers is not None else given
        self._verdicts = pd.concat([self._verdicts, said], ignore_index=True) if self._verdicts is not None else said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--personas", type=int, default=50, help="drawn for each seed")
    parser.add_argument("--prompts", type=int, default=50, help="drawn for each seed")
    parser.add_argument("--truth", type=int, default=20_000, help="random pairs behind the truth")
    parser.add_argument("--fixed", action="store_true", help="the same personas and prompts for all seeds")
    parser.add_argument("--mode", default="persona")
    given = parser.parse_args()
    began = time.process_time()
    file = WarehouseFile(given.database)
    personas, prompts = file.read(PERSONAS), file.read(PROMPTS)
    if given.fixed:
        personas, prompts = personas.head(given.personas), prompts.head(given.prompts)
    judged = Judged(personas, prompts, given.mode)
    pairs = min(given.truth, len(personas) * len(prompts))
    every, verdicts = judged.of(designed(personas, prompts, n_items=pairs, split="any", seed=1))
    failed = every.merge(verdicts, on="answer_id").groupby("judged_model")["needs_revision"].mean()
    truth = {model: 1 - float(failed[model]) for model in MODELS}
    covered, ordered, held = dict.fromkeys(MODELS, 0), 0, 0
    for seed in range(given.seeds):
        rng = np.random.default_rng(seed)
        people, questions = (
            rows.iloc[rng.permutation(len(rows))[:count]]
            for rows, count in ((personas, given.personas), (prompts, given.prompts))
        )
        items = designed(people, questions, n_items=given.items, split="any", seed=seed)
        some, found = judged.of(items)
        scored = scores(some, found, seed=seed, resamples=500)
        compared = comparisons(some, found, setting=Setting(seed, 500))
        board = leaderboard(scored, compared, some).set_index("judged_model")
        ordered += bool(np.all(np.diff(board.loc[list(MODELS), "accuracy"].astype(float)) < 0))
        held += all(board.loc[m, "rank_best"] <= n <= board.loc[m, "rank_worst"] for n, m in enumerate(MODELS, 1))
        for model in MODELS:
            covered[model] += bool(board.loc[model, "low"] <= truth[model] <= board.loc[model, "high"])
    print(f"truth: { {model: round(value, 3) for model, value in truth.items()} } over {pairs:,} pairs")
    print(f"95 % intervals cover it in: { {model: f'{n / given.seeds:.1%}' for model, n in covered.items()} }")
    print(
        f"accuracy in the planted order: {ordered / given.seeds:.1%}; rank ranges that hold the true rank of all three:"
        f" {held / given.seeds:.1%}"
    )
    print(f"{given.seeds} seeds of {given.items} items, {time.process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main()
