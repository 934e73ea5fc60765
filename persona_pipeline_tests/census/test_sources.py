import pytest

from persona_pipeline.census.sources import Extract, locate
from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline_tests.census.extracts import V2018, V2023


def folder_with(tmp_path, *names):
    for name in names:
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_states_are_found_in_either_case_and_in_the_order_named(tmp_path):
    folder = folder_with(tmp_path, "csv_pwy.zip", "csv_hwy.zip", "csv_pvt.zip", "csv_hvt.zip")
    found = locate(str(folder), V2018, ["WY", "vt"], tmp_path)
    assert [p.name for p in found.person_zips] == ["csv_pwy.zip", "csv_pvt.zip"]
    assert [p.name for p in found.household_zips] == ["csv_hwy.zip", "csv_hvt.zip"]


def test_without_states_every_person_zip_is_taken(tmp_path):
    folder = folder_with(tmp_path, "csv_pwy.zip", "csv_pvt.zip", "csv_hdc.zip", "notes.txt")
    found = locate(str(folder), V2018, [], tmp_path)
    assert [p.name for p in found.person_zips] == ["csv_pvt.zip", "csv_pwy.zip"]


def test_household_zips_may_be_absent(tmp_path):
    folder = folder_with(tmp_path, "csv_pwy.zip")
    assert locate(str(folder), V2018, ["wy"], tmp_path) == Extract((folder / "csv_pwy.zip",))


def test_us_means_the_national_file(tmp_path):
    folder = folder_with(tmp_path, "csv_pus.zip", "csv_hus.zip")
    assert [p.name for p in locate(str(folder), V2018, ["us"], tmp_path).person_zips] == ["csv_pus.zip"]


def test_an_absent_folder_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere: there is no such folder; expected a folder of Census zips"):
        locate(str(tmp_path / "nowhere"), V2018, [], tmp_path)


def test_a_missing_state_lists_what_is_there(tmp_path):
    folder = folder_with(tmp_path, "csv_pwy.zip", "csv_pvt.zip")
    with pytest.raises(InputError, match=r"no person zip for tx; expected csv_ptx.zip. There is: vt, wy."):
        locate(str(folder), V2018, ["wy", "tx"], tmp_path)


def test_a_folder_without_census_zips_says_so(tmp_path):
    with pytest.raises(InputError, match=r"no person zip for any state; .* There is: none."):
        locate(str(tmp_path), V2018, [], tmp_path)


def test_a_word_is_no_state(tmp_path):
    with pytest.raises(ConfigError, match="'wyoming' is no state; expected two-letter codes"):
        locate(str(tmp_path), V2018, ["Wyoming"], tmp_path)


def test_the_nation_and_a_state_would_count_people_twice(tmp_path):
    folder = folder_with(tmp_path, "csv_pwy.zip", "csv_pus.zip")
    with pytest.raises(ConfigError, match="hold the same people"):
        locate(str(folder), V2018, [], tmp_path)


def test_an_address_needs_states(tmp_path):
    with pytest.raises(ConfigError, match=r"no states are named; .* Name them \(wy, vt\), or us for all"):
        locate("http://127.0.0.1:9/", V2018, [], tmp_path)


def test_the_embedded_extract_needs_no_files(tmp_path):
    found = locate("embedded", V2023, [], tmp_path)
    assert [p.name for p in (*found.person_zips, *found.household_zips)] == ["csv_pus.zip", "csv_hus.zip"]


def test_the_embedded_extract_has_one_layout(tmp_path):
    with pytest.raises(ConfigError, match="the layout of 2023-1yr, not of 2018-1yr"):
        locate("embedded", V2018, [], tmp_path)


def test_the_embedded_extract_is_of_no_single_state(tmp_path):
    with pytest.raises(InputError, match=r"no person zip for wy; .* There is: us."):
        locate("embedded", V2023, ["wy"], tmp_path)
