"""The simulated models as models of inspect's, for runs that cost nothing."""

from typing import Any

from inspect_ai.model import GenerateConfig, ModelAPI, ModelOutput, modelapi

from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.chat import Message
from persona_pipeline.simulation import MODELS, complete


class SimulatedAPI(ModelAPI):
    """Answers in this process; `simulated/sim-a` to `simulated/sim-d`."""

    def __init__(self, model_name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(model_name, *args, **kwargs)
        if model_name not in MODELS:
            raise ConfigError(f"there is no simulated model '{model_name}'", expected=f"one of: {', '.join(MODELS)}")

    async def generate(self, input: Any, tools: Any, tool_choice: Any, config: GenerateConfig) -> ModelOutput:  # noqa: ARG002
        answer = complete(
            self.model_name,
            [Message(message.role, message.text) for message in input],
            max_tokens=config.max_tokens,
            temperature=1.0 if config.temperature is None else config.temperature,
            seed=config.seed or 0,
        )
        reason = "stop" if answer.finish_reason == "stop" else "max_tokens"
        return ModelOutput.from_content(self.model_name, answer.text, stop_reason=reason)


@modelapi(name="simulated")
def simulated() -> type[ModelAPI]:
    return SimulatedAPI
