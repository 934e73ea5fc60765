"""Every importer of ratings, on the small whole file it brings along: rater 1 chooses A, rater 2 B, of item-1."""

from pathlib import Path

import pytest

from persona_pipeline.errors import PersonaPipelineError
from persona_pipeline.study.importers import IMPORTERS

ALL = [importer for _, importer in IMPORTERS.items()]
WITH_EXAMPLE = [importer for importer in ALL if importer.example]
SUFFIX = {"table": ".csv"}


def named(importer) -> str:
    return importer.name


@pytest.mark.parametrize("importer", WITH_EXAMPLE, ids=named)
def test_the_example_gives_its_two_ratings(importer, tmp_path: Path):
    path = tmp_path / f"export{SUFFIX.get(importer.name, '.json')}"
    path.write_bytes(importer.example)
    found = importer.read(path, {})
    assert [(rating.item_id, rating.choice) for rating in found] == [("item-1", "A"), ("item-1", "B")]
    assert len({rating.rater_id for rating in found}) == 2
    assert all(rating.rater_id.startswith("rater-") for rating in found)  # no names, numbers or addresses
    assert found[0].explanation
    assert found[1].status in (None, "submitted")


@pytest.mark.parametrize("importer", ALL, ids=named)
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{", b"[1, 2]", b"SQLite format 3\x00"], ids=repr)
def test_a_file_of_something_else_is_one_clear_error(importer, content, tmp_path: Path):
    path = tmp_path / "export.json"
    path.write_bytes(content)
    with pytest.raises(PersonaPipelineError, match=r"export\.json"):
        importer.read(path, {})


@pytest.mark.parametrize("importer", ALL, ids=named)
def test_every_importer_says_what_it_reads(importer):
    assert importer.description.endswith(".")
