from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from persona_pipeline.errors import WarehouseError
from persona_pipeline.personas.counting import Everybody
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.sampling import draw
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline.warehouse.kept import Kept
from persona_pipeline.warehouse.staging import staging
from persona_pipeline_tests.personas.people import crowd

PEOPLE = POPULATION.conform(
    crowd(60).assign(state=["Utah"] * 25 + ["Ohio"] * 35, person_id=[f"person-{i:02}" for i in range(60)])
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Sixty people of two states, staged and published a state at a time."""
    folder: Path = tmp_path_factory.mktemp("kept")
    file = WarehouseFile(folder / "w.duckdb")
    with staging(folder) as sql:
        parts = (PEOPLE[PEOPLE["state"] == state] for state in ("Utah", "Ohio"))
        file.publish(Publication(POPULATION, sql.collected(POPULATION, parts), "run-1"))
    return Kept(file, POPULATION, rows=50)


def test_what_was_collected_in_parts_is_read_in_the_same_order(kept: Kept) -> None:
    assert (len(kept), kept.states()) == (60, [("Utah",), ("Ohio",)])
    pd.testing.assert_frame_equal(kept.file.read(POPULATION), PEOPLE)
    pd.testing.assert_frame_equal(kept.of(("Utah",)), PEOPLE.head(25))


def test_small_states_are_read_together_up_to_the_rows_of_a_part(kept: Kept) -> None:
    """25 of Utah and 35 of Ohio."""
    assert Kept(kept.file, POPULATION, rows=60).states() == [("Utah", "Ohio")]
    assert Kept(kept.file, POPULATION, rows=59).states() == [("Utah",), ("Ohio",)]
    assert Kept(kept.file, POPULATION, rows=1).states() == [("Utah",), ("Ohio",)]
    pd.testing.assert_frame_equal(kept.of(("Utah", "Ohio")), PEOPLE)


def test_a_population_in_parts_is_coded_and_drawn_as_the_whole_frame(kept: Kept) -> None:
    there, here = (Everybody(people, CENSUS_ATTRIBUTES) for people in (kept, PEOPLE))
    for attribute in CENSUS_ATTRIBUTES:
        (codes, names), (expected, levels) = there.codes(attribute), here.codes(attribute)
        assert np.array(names)[codes].tolist() == np.array(levels)[expected].tolist()
    assert there.weight.tolist() == here.weight.tolist()
    adults = Design("stratified", ("state",), include_minors=False)
    pd.testing.assert_frame_equal(
        draw(kept, count=9, seed=3, design=adults), draw(PEOPLE, count=9, seed=3, design=adults)
    )


def test_records_are_the_whole_rows_of_those_asked_for(kept: Kept) -> None:
    found = kept.records(["person-30", "person-07", "nobody"]).sort_values("person_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, PEOPLE.iloc[[7, 30]].reset_index(drop=True))


def test_a_table_that_was_not_published_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="there is no warehouse file yet"):
        Kept(WarehouseFile(tmp_path / "w.duckdb"), POPULATION).states()
