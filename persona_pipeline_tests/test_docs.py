"""Generated documents are as their generators would write them now."""

from persona_pipeline.schemas.dictionary import data_dictionary
from persona_pipeline_tests.cli.running import ROOT

DICTIONARY = ROOT / "docs" / "data_dictionary.md"


def test_the_data_dictionary_is_fresh():
    written = DICTIONARY.read_text("utf-8") if DICTIONARY.exists() else ""
    assert written == data_dictionary(), "docs/data_dictionary.md is stale: run `make docs`"
