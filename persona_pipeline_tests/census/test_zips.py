import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_pipeline.census import zips
from persona_pipeline.errors import InputError
from persona_pipeline_tests.census.extracts import zipped


def test_csv_members_are_listed_in_order_and_others_left_out(tmp_path):
    path = zipped(tmp_path / "csv_pus.zip", {"psam_pusb.csv": "b", "README.pdf": "p", "psam_pusa.csv": "a"})
    assert zips.csv_members(path) == ["psam_pusa.csv", "psam_pusb.csv"]


def test_text_that_is_no_zip_is_refused_by_name(tmp_path):
    path = tmp_path / "csv_pwy.zip"
    path.write_text("<html>not found</html>")
    with pytest.raises(InputError, match=r"csv_pwy.zip: it is no whole zip file .* Delete it and fetch it again"):
        zips.csv_members(path)


def test_a_truncated_zip_is_refused(tmp_path):
    path = zipped(tmp_path / "csv_pwy.zip", {"psam_p56.csv": "A\n1\n" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match="no whole zip file"):
        zips.csv_members(path)


def test_a_zip_with_a_changed_byte_fails_verification(tmp_path):
    path = tmp_path / "csv_pwy.zip"
    with zipfile.ZipFile(path, "w") as archive:  # stored, so that the byte is in the text
        archive.writestr("psam_p56.csv", "SEX\n1\n")
    path.write_bytes(path.read_bytes().replace(b"SEX\n1", b"SEX\n2"))
    with pytest.raises(InputError, match=r"checksum of psam_p56.csv is wrong"):
        zips.verify(path)


def test_an_absent_file_says_so(tmp_path):
    with pytest.raises(InputError, match=r"csv_pwy.zip: the file cannot be read: No such file"):
        zips.csv_members(tmp_path / "csv_pwy.zip")


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/passwd.csv", "a/../../b.csv", "..\\evil.csv", "C:\\x.csv"])
def test_a_path_that_points_outside_is_refused(tmp_path, name):
    path = zipped(tmp_path / "csv_pwy.zip", {"psam_p56.csv": "A\n1\n", name: "x"})
    with pytest.raises(InputError, match="points outside of it"):
        zips.csv_members(path)


def test_a_bomb_is_refused(tmp_path):
    path = zipped(tmp_path / "csv_pwy.zip", {"psam_p56.csv": b"0" * 20_000_000})  # deflates about a thousandfold
    with pytest.raises(InputError, match=r"would unpack to 20,000,000 bytes, \d+ times its size"):
        zips.csv_members(path)


def test_a_zip_without_csv_lists_what_it_holds(tmp_path):
    path = zipped(tmp_path / "unix_pwy.zip", {"psam_p56.sas7bdat": "x"})
    with pytest.raises(InputError, match=r"no CSV file, only psam_p56.sas7bdat"):
        zips.csv_members(path)


@given(junk=st.binary(max_size=300))
def test_any_bytes_give_members_or_a_clear_error(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("junk") / "csv_pwy.zip"
    path.write_bytes(junk)
    with pytest.raises(InputError):
        zips.csv_members(path)
