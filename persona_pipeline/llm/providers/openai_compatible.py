"""Any endpoint that speaks OpenAI's chat completions: OpenAI, vLLM, llama.cpp, Ollama, a gateway, `serve-simulated`."""

from urllib.parse import SplitResult, urlsplit

from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.provider import Provider, ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS

OPENAI = "https://api.openai.com/v1"
NO_KEY = "not-needed"  # the client insists on a key; servers of one's own ignore it


def make(settings: ProviderSettings) -> Provider:
    """The provider for `settings.base_url`, by default OpenAI itself, which alone insists on a key."""
    from persona_pipeline.llm.openai_chat import OpenAIChat  # takes a second to import: only those who ask here wait

    base_url, api_key = address_and_key(settings)
    return OpenAIChat(base_url, api_key, settings.timeout_s, settings.connections)


def address_and_key(settings: ProviderSettings) -> tuple[str, str]:
    """Where to ask, and the key that goes there; an address or a lack of a key that cannot work raises ConfigError."""
    base_url = checked_address(settings.base_url or OPENAI)
    return base_url, key_for(base_url, settings.api_key)


def checked_address(base_url: str) -> str:
    """The address without a final slash; one with credentials or of another kind than http(s)://host/path raises."""
    parts = _split(base_url)
    if parts.username or parts.password or "@" in parts.netloc:
        raise ConfigError(
            "the base URL holds a user name or password",
            where=f"{parts.scheme}://…@{parts.netloc.rpartition('@')[2]}",
            fix="Leave them out of the address and give the key as OPENAI_API_KEY.",
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(
            "the base URL is not one",
            where=f"{parts.scheme}://{parts.netloc}{parts.path}",
            expected="http://host:port/v1 or https://host/v1, without a query",
        )
    return base_url.strip().rstrip("/")


def _split(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url.strip())
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise ConfigError("the base URL is not one", expected="http://host:port/v1 or https://host/v1") from None
    return parts


def key_for(base_url: str, api_key: str | None) -> str:
    """The key to send; without one, OpenAI itself raises ConfigError and other endpoints get a placeholder."""
    if api_key:
        return api_key
    if urlsplit(base_url).hostname == urlsplit(OPENAI).hostname:
        raise ConfigError(
            "there is no API key",
            where=base_url,
            expected="the environment variable OPENAI_API_KEY",
            fix="Set it, or name another endpoint with --base-url, or use the simulated provider.",
        )
    return NO_KEY


PROVIDERS.register("openai_compatible", make)
