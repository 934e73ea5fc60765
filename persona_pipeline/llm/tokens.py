"""How many tokens a text is likely to have, without the model's own tokenizer."""

from persona_pipeline.schemas.chat import ChatRequest

CHARACTERS_PER_TOKEN = 4.0  # English under today's tokenizers: 4 to 4.5
PER_MESSAGE = 4  # role and separators


def prompt_tokens(request: ChatRequest) -> int:
    """About how many tokens the request has."""
    characters = sum(len(message.content) for message in request.messages)
    return round(characters / CHARACTERS_PER_TOKEN) + PER_MESSAGE * len(request.messages)


def most_tokens(request: ChatRequest) -> int:
    """About how many tokens the request and the longest answer it allows have: what endpoints count against a limit."""
    return prompt_tokens(request) + request.max_tokens
