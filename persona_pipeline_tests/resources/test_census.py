"""Which zips a configuration means."""

import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.resources import CensusData


def test_the_default_is_the_extract_that_comes_with_the_package(tmp_path):
    extract = CensusData(cache=str(tmp_path)).extract()
    assert [path.name for path in extract.person_zips] == ["csv_pus.zip"]
    assert [path.name for path in extract.household_zips] == ["csv_hus.zip"]


def test_the_embedded_extract_has_one_vintage_only():
    with pytest.raises(ConfigError, match="layout of 2023-1yr, not of 2018-1yr"):
        CensusData(vintage="2018-1yr").extract()
