"""bespokelabs-curator: one LLM per wave, called with all of its rows; caches in a temporary folder."""

import os
import tempfile

from benchmarks.peers.work import MAX_TOKENS, MODEL, Wave, run, tokenizer

os.environ |= {"TELEMETRY_ENABLED": "false", "CURATOR_DISABLE_CACHE": "1", "CURATOR_DISABLE_RICH_DISPLAY": "1"}
os.environ |= {"OPENAI_API_KEY": "not-needed", "HF_HUB_OFFLINE": "1", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
os.environ |= tokenizer()


from bespokelabs import curator


def ask(base_url: str, waves: list[Wave], concurrency: int) -> int:
    answered = 0
    for wave in waves:
        llm = curator.LLM(
            model_name=MODEL,
            system_prompt=wave.system,
            backend="openai",
            generation_params={"temperature": 1.0, "max_tokens": MAX_TOKENS},
            backend_params={
                "base_url": base_url,
                "max_concurrent_requests": concurrency,
                "max_requests_per_minute": 10_000_000,
                "max_tokens_per_minute": 10_000_000_000,
            },
        )
        with tempfile.TemporaryDirectory() as folder:
            rows = llm(wave.users, working_dir=folder).dataset
        answered += sum(bool(row["response"]) for row in rows)
    return answered


if __name__ == "__main__":
    run(ask)
