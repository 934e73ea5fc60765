import pandas as pd
import pytest

from persona_pipeline.personas.drift import balance, drift
from persona_pipeline.personas.enrichment import parse, requests
from persona_pipeline.personas.profile import profiles
from persona_pipeline.schemas.persona_reports import DRIFT
from persona_pipeline_tests.personas.people import crowd
from persona_pipeline_tests.personas.replies import answers, wrote

ROWS = profiles(crowd(90), count=40, reserve=0, seed=2)


def written(**texts: str) -> pd.DataFrame:
    asked = requests(ROWS, model="sim-a")
    return parse(ROWS, asked, answers(asked, wrote(**texts)))


def of(found: pd.DataFrame, measure: str, against: str = "demographics_only") -> pd.Series:
    return found.set_index(["measure", "against"]).loc[(measure, against)]


def test_the_balance_counts_words_per_hundred() -> None:
    assert balance("A happy, HAPPY and sad day.", "sentiment_words") == pytest.approx(100 * (2 - 1) / 6)
    assert balance("", "sentiment_words") == 0


def test_texts_full_of_praise_shift_sentiment_up_and_leave_ideology_alone() -> None:
    found = drift(written(lifestyle="Wonderful, happy, generous, kind, joyful and warm."), ROWS)
    assert found.columns.tolist() == DRIFT.column_names
    up = of(found, "sentiment")
    assert up["shift"] == pytest.approx(up["written"] - up["control"])
    assert up["low"] > 0
    level = of(found, "ideology")
    assert level["low"] <= 0 <= level["high"]


def test_activists_in_every_text_shift_ideology_to_the_left() -> None:
    found = of(drift(written(lifestyle="An activist for climate justice, equity and diversity."), ROWS), "ideology")
    assert found["high"] < 0


def test_without_written_texts_there_is_no_figure_but_a_reason() -> None:
    found = drift(parse(ROWS, [], [], variant="demographics_only"), ROWS)
    assert found["shift"].isna().all()
    assert set(found["reason"]) == {"insufficient: 0 personas with written attributes, 30 needed"}
