"""A request of ours asked of a model of inspect's, and its output as a reply of ours."""

from inspect_ai.model import ChatMessage, ChatMessageSystem, ChatMessageUser, GenerateConfig, Model, ModelOutput
from inspect_ai.model import ResponseSchema as InspectSchema
from inspect_ai.util import JSONSchema

from persona_pipeline.llm.completion import reply_from
from persona_pipeline.llm.runner import WORTH_ANOTHER_DRAW
from persona_pipeline.schemas.chat import Acceptable, ChatReply, ChatRequest
from persona_pipeline.simulation import FINGERPRINT, MODELS

FINISHED = {"max_tokens": "length", "model_length": "length", "content_filter": "content_filter"}
"""inspect's word for why an answer ends, in OpenAI's; all else ends by itself."""


async def ask(
    model: Model, request: ChatRequest, acceptable: Acceptable, *, draws: int
) -> tuple[ChatReply, ModelOutput]:
    """The reply, and what it was made from; inspect retries calls that fail, and logs each.

    Args:
        draws: how often at most a question is put whose answer is not usable, as another draw each time.
    """
    for again in range(draws):
        asked = request.put_again(again)
        output = await model.generate(messages_of(asked), config=config_of(asked))
        reply = reply_of(output, asked, str(model))
        if reply.status not in WORTH_ANOTHER_DRAW and acceptable(asked, reply) is None:
            break
    return reply, output


def messages_of(request: ChatRequest) -> list[ChatMessage]:
    made = {"system": ChatMessageSystem, "user": ChatMessageUser}
    return [made[message.role](content=message.content) for message in request.messages]


def config_of(request: ChatRequest) -> GenerateConfig:
    """What is sent beside the messages; later draws carry a seed, as with our own engine."""
    schema = request.response_schema
    return GenerateConfig(
        temperature=request.temperature,
        max_tokens=request.max_tokens,
        seed=request.draw or None,
        response_schema=InspectSchema(
            name=schema.name, json_schema=JSONSchema.model_validate(schema.json_schema), strict=True
        )
        if schema is not None
        else None,
    )


def reply_of(output: ModelOutput, request: ChatRequest, model: str) -> ChatReply:
    """An output, read as an endpoint's chat completion."""
    reason = FINISHED.get(output.stop_reason, "stop") if output.choices else "stop"
    completion = {
        "choices": [{"message": {"content": output.completion}, "finish_reason": reason}],
        "system_fingerprint": FINGERPRINT if is_simulated(model) else None,
    }
    return reply_from(completion, request.content_hash(f"inspect_ai:{model}"), output.model or model)


def is_simulated(model: str) -> bool:
    """Whether a model, as inspect names it, is no real one."""
    return model.startswith("mockllm/") or model.rpartition("/")[2] in MODELS
