"""What holds for every registered prompt source and prompt filter."""

from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.prompts.filtering import in_order
from persona_pipeline.prompts.filters import FILTERS, Filter
from persona_pipeline.prompts.sources import SOURCES, Source
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.seeds import content_id

every_source = pytest.mark.parametrize("source", [source for _, source in SOURCES.items()], ids=lambda s: s.name)
reads_a_file = pytest.mark.parametrize(
    "source", [source for _, source in SOURCES.items() if source.example is not None], ids=lambda s: s.name
)
every_filter = pytest.mark.parametrize("rule", [rule for _, rule in FILTERS.items()], ids=lambda rule: rule.name)


def candidates_of(source: Source, folder: Path) -> pd.DataFrame:
    """What a source reads from its own example, or brings."""
    if source.example is None:
        return source.read(None)
    path = folder / "example"
    path.write_text(source.example, "utf-8")
    return source.read(path)


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
        source.read(tmp_path / "a file" if source.example is None else None)


@reads_a_file
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"], ids=["absent", "empty", "not text"])
def test_a_source_names_the_file_it_cannot_use(source: Source, tmp_path: Path, content: bytes | None):
    path = tmp_path / "prompts"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        source.read(path)
    assert str(path) in raised.value.where


@every_filter
def test_a_filter_is_registered_under_its_own_name_and_file(rule: Filter):
    assert FILTERS.get(rule.name) is rule
    assert Path(FILTERS.home, f"{rule.name}.py").is_file()


@every_filter
def test_a_filter_gives_its_reason_as_a_sentence(rule: Filter):
    assert rule.reason[0].isupper()
    assert rule.reason.endswith(".")


@every_filter
def test_a_filters_example_trips_that_rule_and_no_other(rule: Filter):
    text = pd.Series([rule.trips], dtype=object)
    assert [other.name for other in in_order() if not other(text).all()] == [rule.name]


@every_filter
def test_a_filters_other_example_passes_every_rule(rule: Filter):
    text = pd.Series([rule.passes], dtype=object)
    assert all(other(text).all() for other in in_order())


@every_filter
@pytest.mark.parametrize("texts", [[], ["", "?", "\ud7ff\U0001f600", "a b c d e?"]], ids=["none", "odd"])
def test_a_filter_says_true_or_false_for_every_text(rule: Filter, texts: list[str]):
    given = pd.Series(texts, index=[f"p{at}" for at in range(len(texts))], dtype=object)
    keep = rule(given)
    assert keep.dtype == bool
    assert keep.index.equals(given.index)


@every_filter
def test_a_filter_looks_at_each_text_alone(rule: Filter):
    texts = pd.Series([rule.trips, rule.passes, "", rule.trips], dtype=object)
    assert rule(texts)[::-1].tolist() == rule(texts[::-1]).tolist()


def test_no_two_filters_share_a_place_in_the_order():
    orders = [rule.order for rule in in_order()]
    assert len(orders) == len(set(orders))
