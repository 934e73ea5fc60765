"""distilabel: one pipeline of three TextGenerations, batches as large as the concurrency; no cache."""

import os
import tempfile

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}

from distilabel.models import OpenAILLM
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration

from benchmarks.peers.work import MAX_TOKENS, MODEL, Wave, run


def ask(base_url: str, waves: list[Wave], concurrency: int) -> int:
    rows = [{wave.name: wave.users[n] for wave in waves} for n in range(len(waves[0].users))]
    with tempfile.TemporaryDirectory() as folder, Pipeline("waves", cache_dir=folder) as pipeline:
        step = LoadDataFromDicts(data=rows, batch_size=concurrency)
        for wave in waves:
            step = step >> generation(wave, base_url, concurrency)
        found = pipeline.run(use_cache=False)["default"]["train"]
        return sum(bool(row[f"{wave.name}_answer"]) for row in found for wave in waves)


def generation(wave: Wave, base_url: str, concurrency: int) -> TextGeneration:
    llm = OpenAILLM(
        model=MODEL,
        base_url=base_url,
        api_key="not-needed",
        generation_kwargs={"max_new_tokens": MAX_TOKENS, "temperature": 1.0},
    )
    return TextGeneration(
        name=wave.name.replace("_", "-"),
        llm=llm,
        system_prompt=wave.system,
        input_batch_size=concurrency,
        input_mappings={"instruction": wave.name},
        output_mappings={"generation": f"{wave.name}_answer", "model_name": f"{wave.name}_model"},
    )


if __name__ == "__main__":
    run(ask)
