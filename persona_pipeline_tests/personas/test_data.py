import numpy as np
import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.personas import data
from persona_pipeline.personas.data import Curated, curated, published
from persona_pipeline.personas.psychodemographics import answers


def test_every_published_table_states_its_source() -> None:
    for name in ("bfi2", "religion", "political_views", "ideology", "race_groups"):
        notes = [line for line in data._text(name).splitlines() if line.startswith("#")]
        assert any(year in " ".join(notes) for year in ("2011", "2015", "2017", "2018", "2020")), name


def test_entries_suit_everybody_from_their_age_on() -> None:
    quirks = curated("quirks")
    newborn, three, adult = quirks.suiting(np.array([0, 3, 90]))
    assert 2 <= newborn < three < adult == len(quirks.texts)
    assert set(quirks.min_ages[:newborn]) == {0}


@pytest.mark.parametrize("text", ["min_age,entry\nten,juggling\n", "min_age,entry\n12,juggling\n", "age,entry\n1,x\n"])
def test_a_list_that_cannot_be_used_is_an_error(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "_text", lambda _: text)
    with pytest.raises(ConfigError, match=r"tricks\.csv"):
        Curated("tricks")


def test_a_published_table_has_a_column_per_answer() -> None:
    assert answers("ideology") == ["Conservative", "Moderate", "Liberal"]


@pytest.mark.parametrize("name", ["bfi2", "religion", "political_views", "ideology"])
def test_every_row_says_which_of_its_figures_are_confirmed_and_by_what(name: str) -> None:
    table = published(name)
    assert table["confirmed"].notna().all()
    assert ((table["confirmed"] == "none") == table["confirmed_by"].isna()).all()
