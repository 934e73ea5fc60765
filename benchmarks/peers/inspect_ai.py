"""inspect_ai: one evaluation per wave, its solver a single generate; logs in a temporary folder."""

import os
import tempfile

os.environ["OPENAI_API_KEY"] = "not-needed"

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.solver import generate, system_message

from benchmarks.peers.work import MAX_TOKENS, MODEL, Wave, run


def ask(base_url: str, waves: list[Wave], concurrency: int) -> int:
    answered = 0
    for wave in waves:
        task = Task(dataset=[Sample(user) for user in wave.users], solver=[system_message(wave.system), generate()])
        with tempfile.TemporaryDirectory() as folder:
            [log] = evaluate(
                task,
                model=f"openai-api/bench/{MODEL}",
                model_base_url=base_url,
                max_connections=concurrency,
                max_samples=concurrency,
                max_tokens=MAX_TOKENS,
                temperature=1.0,
                display="none",
                log_dir=folder,
            )
            answered += sum(bool(sample.output.completion) for sample in log.samples or [])
    return answered


if __name__ == "__main__":
    os.environ["BENCH_API_KEY"] = "not-needed"
    run(ask)
