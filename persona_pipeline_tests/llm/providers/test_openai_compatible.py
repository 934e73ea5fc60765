import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers import PROVIDERS

make = PROVIDERS.get("openai_compatible")


def test_openai_itself_is_the_default_and_needs_a_key() -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        make(ProviderSettings())
    assert make(ProviderSettings(api_key="sk-x")).endpoint == "https://api.openai.com/v1"


def test_an_endpoint_of_ones_own_needs_none() -> None:
    assert make(ProviderSettings(base_url="http://127.0.0.1:8000/v1/")).endpoint == "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize("address", ["http://ann:pw-canary@host/v1", "https://pw-canary@host/v1"])
def test_credentials_in_the_address_are_refused_and_not_shown(address: str) -> None:
    with pytest.raises(ConfigError, match="user name or password") as caught:
        make(ProviderSettings(base_url=address))
    assert "pw-canary" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["host/v1", "ftp://host/v1", "http://", "http://host:port/v1", "http://[::1/v1", "http://h/v1?key=1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="the base URL is not one"):
        make(ProviderSettings(base_url=address))


def test_settings_do_not_show_the_key() -> None:
    assert "sk-canary" not in repr(ProviderSettings(api_key="sk-canary"))
