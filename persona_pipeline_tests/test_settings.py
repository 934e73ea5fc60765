"""What the environment says, and what it says when it says nothing."""

from pathlib import Path

import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.settings import Settings, ledger_beside, masked, place_of, unmasked


def test_an_empty_environment_means_files_under_data():
    found = Settings.from_environment({})
    assert (found.database, found.ledger, found.cache) == ("data/persona.duckdb", "", "data/cache")


def test_variables_name_other_files():
    found = Settings.from_environment({"PERSONA_DUCKDB": "a", "PERSONA_LEDGER": "b", "PERSONA_CACHE": "c"})
    assert (found.database, found.ledger, found.cache) == ("a", "b", "c")


def test_a_secret_is_found_by_name_and_never_shown():
    found = Settings.from_environment({"OPENAI_API_KEY": "sk-canary"})
    assert found.secret("OPENAI_API_KEY") == "sk-canary"
    assert "sk-canary" not in repr(found)


def test_an_empty_secret_is_none():
    assert Settings.from_environment({"OPENAI_API_KEY": ""}).secret("OPENAI_API_KEY") is None
    assert Settings.from_environment({}).secret("OPENAI_API_KEY") is None


def test_the_ledger_stands_beside_the_warehouse_under_its_name():
    assert ledger_beside("somewhere/p.duckdb") == Path("somewhere/p.ledger.sqlite")


def test_a_ledgers_password_is_masked_in_settings_and_found_again_in_the_environment():
    environment = {"PERSONA_LEDGER": "postgresql://u:canary@h:5432/d?sslmode=require"}
    found = Settings.from_environment(environment)
    assert found.ledger == "postgresql://u:***@h:5432/d?sslmode=require"
    assert "canary" not in repr(found)
    assert unmasked(found.ledger, environment) == environment["PERSONA_LEDGER"]
    with pytest.raises(ConfigError, match="not known to this process"):
        unmasked(found.ledger, {})
    assert unmasked("postgresql://u@h/d", {"PGPASSWORD": "a/b"}) == "postgresql://u:a%2Fb@h/d"
    assert masked("data/p.sqlite") == "data/p.sqlite"


def test_a_password_in_a_run_configuration_is_refused_without_showing_it():
    with pytest.raises(ConfigError) as caught:
        place_of("postgresql://u:canary@h/d", beside="data/p.duckdb")
    assert "canary" not in str(caught.value)
    assert place_of("postgresql://u@h/d", beside="data/p.duckdb") == "postgresql://u@h/d"
    assert place_of("", beside="data/p.duckdb") == Path("data/p.ledger.sqlite")
