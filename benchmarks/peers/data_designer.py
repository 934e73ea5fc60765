"""DataDesigner: one dataset with an LLM column for each wave, its text from a seed column."""

import os
import tempfile

from benchmarks.peers.work import MAX_TOKENS, MODEL, Wave, run, tokenizer

os.environ |= {"NEMO_TELEMETRY_ENABLED": "false", "DATA_DESIGNER_DISABLE_VERSION_CHECK": "1"} | tokenizer()
os.environ["DATA_DESIGNER_HOME"] = tempfile.mkdtemp()

import data_designer.config as dd
import pandas as pd
from data_designer.interface import DataDesigner


def ask(base_url: str, waves: list[Wave], concurrency: int) -> int:
    provider = dd.ModelProvider(name="stub", endpoint=base_url, provider_type="openai", api_key="not-needed")
    parameters = dd.ChatCompletionInferenceParams(
        max_parallel_requests=concurrency, temperature=1.0, max_tokens=MAX_TOKENS
    )
    model = dd.ModelConfig(
        alias="stub", model=MODEL, provider="stub", inference_parameters=parameters, skip_health_check=True
    )
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({wave.name: wave.users for wave in waves})))
    for wave in waves:
        prompt, answer = "{{ " + wave.name + " }}", f"{wave.name}_answer"
        builder.add_column(
            dd.LLMTextColumnConfig(name=answer, prompt=prompt, system_prompt=wave.system, model_alias="stub")
        )
    with tempfile.TemporaryDirectory() as folder:
        designer = DataDesigner(folder, model_providers=[provider])
        designer.set_run_config(dd.RunConfig(max_in_flight_tasks=max(1024, concurrency), otel_metrics_port=None))
        made = designer.create(builder, num_records=len(waves[0].users)).load_dataset()
    return int(sum(made[f"{wave.name}_answer"].astype(bool).sum() for wave in waves))


if __name__ == "__main__":
    run(ask)
