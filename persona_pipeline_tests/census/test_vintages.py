import pytest

from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.errors import ConfigError, RegistryError


def test_the_years_are_registered():
    one = [f"{year}-1yr" for year in (2017, 2018, 2019, 2021, 2022, 2023, 2024)]
    five = [f"{year}-5yr" for year in (2018, 2019, 2021, 2022, 2023)]
    assert VINTAGES.names() == sorted(one + five)


def test_five_years_end_with_the_one_they_are_named_after():
    assert VINTAGES.get("2022-5yr").years == (2018, 2019, 2020, 2021, 2022)
    assert VINTAGES.get("2022-1yr").years == (2022,)


def test_2020_is_refused_with_the_reason():
    with pytest.raises(ConfigError, match=r"'2020-1yr' cannot be used: .*experimental weights only") as caught:
        VINTAGES.get("2020-1yr")
    assert "2019-1yr, 2019-5yr, 2021-1yr" in str(caught.value)


def test_an_unknown_vintage_lists_the_known_ones():
    with pytest.raises(RegistryError, match=r"no census vintage '1999-1yr'; expected one of: 2017-1yr, .*2024-1yr"):
        VINTAGES.get("1999-1yr")


def test_columns_keep_the_names_that_the_vintage_does_not_rename():
    assert VINTAGES.get("2018-1yr").variable("relationship") == "RELP"
    assert VINTAGES.get("2022-1yr").variable("state") == "ST"
    assert VINTAGES.get("2023-1yr").variable("state") == "STATE"
    assert VINTAGES.get("2023-1yr").variable("sex") == "SEX"


def test_only_the_five_years_across_2022_have_two_definitions_of_areas():
    names = [f"{year}-5yr" for year in (2018, 2019, 2021, 2022, 2023)]
    assert [VINTAGES.get(name).variable("puma") for name in names] == ["PUMA", "PUMA", "PUMA", "PUMA20", "PUMA"]
    assert [name for name in names if VINTAGES.get(name).otherwise] == ["2022-5yr"]
