import base64
from pathlib import Path

import pandas as pd
import pytest

from persona_pipeline.personas.counting import Everybody
from persona_pipeline.personas.level_shares import level_shares
from persona_pipeline.report.figures import as_markdown, folder_beside, histograms, save
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline_tests.personas.people import crowd, person, population

PNG = b"\x89PNG\r\n"


def test_shares_of_both_sum_to_one_and_bands_come_in_their_order() -> None:
    people = population(
        person("a", age=40, weight=30), person("b", age=3, weight=60, sex="Male"), person("c", age=17, weight=10)
    )
    found = level_shares(people.iloc[[0, 0, 1, 2]], Everybody(people, CENSUS_ATTRIBUTES))
    ages = found[found["attribute"] == "age"]
    assert ages["level"].tolist() == ["0–4", "15–17", "35–44"]
    assert ages["population"].tolist() == pytest.approx([0.6, 0.1, 0.3])
    assert ages["personas"].tolist() == pytest.approx([0.25, 0.25, 0.5])
    sexes = found[found["attribute"] == "sex"]
    assert sexes["level"].tolist() == ["Male", "Female"]  # the commoner first


def test_a_figure_is_a_png_and_the_same_shares_give_the_same_bytes() -> None:
    people = crowd(60)
    shares = level_shares(people, Everybody(people, CENSUS_ATTRIBUTES))
    first, again = (
        histograms(shares, n=60, title="Personas", source="a test", attributes=["age", "education"]) for _ in range(2)
    )
    assert first.startswith(PNG)
    assert first == again


def test_many_levels_and_a_label_of_any_kind_can_be_drawn() -> None:
    levels = [f"level {i} with a rather long name, and $signs_in_it$ {{}} {'x' * i}" for i in range(40)]
    shares = pd.DataFrame({"attribute": "race", "level": levels, "personas": 1 / 40, "population": 1 / 40})
    assert histograms(shares, n=40, title="Personas", source="a test", attributes=["race"]).startswith(PNG)


def test_a_saved_figure_is_whole_and_beside_the_database(tmp_path: Path) -> None:
    folder = folder_beside(tmp_path / "persona.duckdb")
    save(b"image", folder / "figure_2.png")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")] == [
        "persona.figures",
        "persona.figures/figure_2.png",
    ]


def test_the_image_stands_in_the_markdown() -> None:
    text = as_markdown(b"image", "figure_2")
    assert text.startswith("![figure_2](data:image/png;base64,")
    assert base64.b64decode(text.split("base64,")[1].rstrip(")")) == b"image"
