import zipfile
import zlib
from importlib import resources
from pathlib import Path

import pytest

from persona_pipeline.census.synthetic.layout import write_extract

EMBEDDED = Path(str(resources.files("persona_pipeline.census").joinpath("embedded")))
NAMES = ("csv_pus.zip", "csv_hus.zip")


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("again")
    write_extract(folder)
    return folder


def content(path):
    with zipfile.ZipFile(path) as archive:
        return {(i.filename, i.date_time): archive.read(i) for i in archive.infolist()}


@pytest.mark.parametrize("name", NAMES)
def test_the_embedded_files_are_what_the_generator_writes(again, name):
    assert content(again / name) == content(EMBEDDED / name)


@pytest.mark.skipif("ng" in zlib.ZLIB_RUNTIME_VERSION, reason="zlib-ng packs the same text into other bytes")
@pytest.mark.parametrize("name", NAMES)
def test_the_zips_are_the_same_byte_for_byte(again, name):
    assert (again / name).read_bytes() == (EMBEDDED / name).read_bytes()


def test_the_embedded_files_are_small():
    assert sum((EMBEDDED / name).stat().st_size for name in NAMES) < 300_000


def test_another_seed_writes_other_people(tmp_path):
    one, two = write_extract(tmp_path / "1", seed=1, households=5), write_extract(tmp_path / "2", seed=2, households=5)
    assert one[0].read_bytes() != two[0].read_bytes()


def test_more_households_leave_the_others_as_they_are(tmp_path):
    few = write_extract(tmp_path / "few", households=16)
    more = write_extract(tmp_path / "more", households=20)
    ((_, small),) = content(few[1]).items()
    ((_, large),) = content(more[1]).items()
    assert set(small.splitlines()) <= set(large.splitlines())
