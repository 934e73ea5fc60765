"""What holds for every registered prompt source and prompt filter."""

from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.prompts.filtering import flags, in_order
from persona_pipeline.prompts.filters import FILTERS, FOUND, Filter
from persona_pipeline.prompts.sources import SOURCES, Given, Source
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.seeds import content_id
from persona_pipeline.warehouse.staging import staging
from persona_pipeline_tests.prompts.factories import candidates

every_source = pytest.mark.parametrize("source", [source for _, source in SOURCES.items()], ids=lambda s: s.name)
reads_a_file = pytest.mark.parametrize(
    "source", [source for _, source in SOURCES.items() if source.example is not None], ids=lambda s: s.name
)
every_filter = pytest.mark.parametrize("rule", [rule for _, rule in FILTERS.items()], ids=lambda rule: rule.name)


def candidates_of(source: Source, folder: Path) -> pd.DataFrame:
    """What a source reads from its own example, or brings."""
    if source.example is None:
        return source.read(Given())
    if source.name == "parquet":
        return _parquet(source, folder / "example.parquet")
    path = folder / "example"
    path.write_text(str(source.example), "utf-8")
    return source.read(Given(path))


def _parquet(source: Source, path: Path) -> pd.DataFrame:
    with staging() as sql:
        sql.run(f"COPY (SELECT '1' AS id, 'Which of my two aunts is in the right?' AS text) TO '{path}'")
        return source.read(Given(path, sql=sql))


@every_source
def test_a_source_is_registered_under_its_own_name_and_file(source: Source):
    assert SOURCES.get(source.name) is source
    assert Path(SOURCES.home, f"{source.name}.py").is_file()


@every_source
def test_a_source_gives_candidates_under_its_name_and_licence(source: Source, tmp_path: Path):
    found = candidates_of(source, tmp_path)
    assert len(found) >= 1
    assert found.equals(CANDIDATES.conform(found))
    assert set(found["source"]) == {source.name}
    assert set(found["licence"]) == {source.licence}
    assert len(source.licence) > 0


@every_source
def test_a_sources_ids_come_from_content_and_are_its_own(source: Source, tmp_path: Path):
    found = candidates_of(source, tmp_path)
    assert found["prompt_id"].is_unique
    assert found["source_id"].is_unique
    expected = [content_id("prompt", *row) for row in found[["source", "source_id", "text"]].itertuples(index=False)]
    assert found["prompt_id"].tolist() == expected


@every_source
def test_a_source_reads_the_same_twice(source: Source, tmp_path: Path):
    assert candidates_of(source, tmp_path).equals(candidates_of(source, tmp_path))


@every_source
def test_a_source_says_when_it_gets_a_path_too_many_or_too_few(source: Source, tmp_path: Path):
    with pytest.raises(ConfigError):
        source.read(Given(tmp_path / "a file" if source.example is None else None))


@reads_a_file
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"], ids=["absent", "empty", "not text"])
def test_a_source_names_the_file_it_cannot_use(source: Source, tmp_path: Path, content: bytes | None):
    path = tmp_path / "prompts"
    if content is not None:
        path.write_bytes(content)
    with staging() as sql, pytest.raises(InputError) as raised:
        source.read(Given(path, sql=sql))
    assert str(path) in raised.value.where


@every_filter
def test_a_filter_is_registered_under_its_own_name_and_file(rule: Filter):
    assert FILTERS.get(rule.name) is rule
    assert Path(FILTERS.home, f"{rule.name}.py").is_file()


@every_filter
def test_a_filter_gives_its_reason_as_a_sentence(rule: Filter):
    assert rule.reason[0].isupper()
    assert rule.reason.endswith(".")


def tripped(rule: Filter) -> list[tuple[str, str]]:
    """What is found in the rule's two examples, the one that passes first."""
    found = flags(candidates(rule.passes, rule.trips))
    return list(found[["prompt_id", "rule"]].itertuples(index=False, name=None))


@every_filter
def test_a_filters_example_trips_that_rule_and_no_other_and_its_other_example_none(rule: Filter):
    assert tripped(rule) == [("p1", rule.name)]


@every_filter
@pytest.mark.parametrize("texts", [[], ["", "?", "\ud7ff\U0001f600", "a b c d e?"]], ids=["none", "odd"])
def test_a_filter_says_something_or_nothing_of_every_text(rule: Filter, texts: list[str]):
    given = candidates(*texts)
    found = rule(given)
    assert found.columns.tolist() == list(FOUND)
    assert found.index.isin(given.index).all()
    assert found.index.is_unique


@every_filter
def test_a_filter_says_the_same_in_any_order(rule: Filter):
    some = candidates(rule.passes, rule.trips, "", rule.trips)
    assert rule(some).sort_index().equals(rule(some[::-1]).sort_index())


def test_no_two_filters_share_a_place_in_the_order():
    orders = [rule.order for rule in in_order()]
    assert len(orders) == len(set(orders))


def test_no_two_sources_read_the_same_ending():
    endings = [suffix for _, source in SOURCES.items() for suffix in source.suffixes]
    assert len(endings) == len(set(endings))
