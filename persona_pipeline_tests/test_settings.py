"""What the environment says, and what it says when it says nothing."""

from pathlib import Path

from persona_pipeline.settings import Settings, ledger_beside


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
