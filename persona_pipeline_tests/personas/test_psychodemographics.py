import pandas as pd
import pytest

from persona_pipeline.census.recode import labels
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.personas.data import curated, published
from persona_pipeline.personas.psychodemographics import (
    CUES,
    _by_party,
    answers,
    psychodemographics,
    race_group,
    shares,
)
from persona_pipeline_tests.personas.people import person, population

LISTS = {**CUES, "core_values": "core_values"}


def people(count: int, **facts: object) -> pd.DataFrame:
    rows = population(*(person(f"person-{i}", **facts) for i in range(count)))
    return rows.assign(persona_id=[f"persona-{i}" for i in range(count)])


def share(found: pd.Series, answer: str) -> float:
    return float((found == answer).mean())


def test_religions_are_those_of_the_paper() -> None:
    assert set(answers("religion")) == {
        "Protestant",
        "Catholic",
        "Other Christian",
        "Other Non-Christian Religion",
        "Religiously Unaffiliated",
    }


def test_religion_follows_age_and_race() -> None:
    # White (48, 19, 3, 5, 24) × Silent (57, 24, 3, 4, 11) / all (46.5, 20.8, 3.3, 5.9, 22.8), in percent:
    # 58.8, 21.9, 2.7, 3.4, 11.6, in sum 98.4; so 58.8 / 98.4 = 0.598 Protestant, 11.6 / 98.4 = 0.118 unaffiliated
    found = psychodemographics(people(6_000, age=75), seed=1)["religion"]
    assert share(found, "Protestant") == pytest.approx(0.598, abs=0.02)
    assert share(found, "Religiously Unaffiliated") == pytest.approx(0.118, abs=0.02)


def test_where_no_figures_are_published_for_a_race_those_of_the_age_stand() -> None:
    # Generation X: 21 of 45 + 21 + 4 + 6 + 23 = 99 percent are Catholic
    found = psychodemographics(people(6_000, age=40, race="Two or More Races"), seed=1)["religion"]
    assert share(found, "Catholic") == pytest.approx(21 / 99, abs=0.02)


def test_party_leaning_follows_race() -> None:
    # Black (84, 8, 8) × Generation X (48, 43, 9) / all (50, 42, 8): 80.6, 8.2, 9.0, in sum 97.8
    found = psychodemographics(people(6_000, age=45, race="Black or African American alone"), seed=1)["political_views"]
    assert share(found, "Democrat or leans Democratic") == pytest.approx(80.6 / 97.8, abs=0.02)


def test_ideology_follows_party_leaning() -> None:
    found = psychodemographics(people(6_000, age=45), seed=1)
    republican = found.loc[found["political_views"] == "Republican or leans Republican", "ideology"]
    democrat = found.loc[found["political_views"] == "Democrat or leans Democratic", "ideology"]
    assert share(republican, "Conservative") > 0.6 > share(democrat, "Conservative") + 0.4
    assert share(democrat, "Liberal") > 0.35 > share(republican, "Liberal") + 0.25


def test_ideology_has_the_published_shares_over_all_parties() -> None:
    # Gallup: 37, 35, 24 of 96 percent with an opinion, when the party leanings have Pew's shares
    parties = pd.Series(answers("political_views"))
    by_party = shares("political_views", "all").to_numpy()[0] @ _by_party(parties)
    assert by_party.tolist() == pytest.approx([37 / 96, 35 / 96, 24 / 96], abs=1e-9)


def test_a_child_has_no_politics_and_the_religion_of_a_household() -> None:
    # drawn at a parent's age, Generation X and White: 48·45/46.5, 19·21/20.8, 3·4/3.3, 5·6/5.9, 24·23/22.8
    # = 46.5, 19.2, 3.6, 5.1, 24.2, in sum 98.6
    found = psychodemographics(people(6_000, age=6), seed=1)
    assert found[["ideology", "political_views"]].isna().all(axis=None)
    assert share(found["religion"], "Protestant") == pytest.approx(46.5 / 98.6, abs=0.02)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"race": "White alone", "ancestry": "German"}, "White"),
        ({"race": "White alone", "ancestry": "Mexican"}, "Hispanic"),
        ({"race": "Asian alone", "ancestry": None}, "Asian"),
        ({"race": "Some Other Race alone", "ancestry": "Belizean"}, "Hispanic"),
        ({"race": "Alaska Native alone", "ancestry": "Eskimo"}, "all"),
    ],
)
def test_a_first_ancestry_tells_hispanic_origin_before_race(facts: dict[str, str | None], expected: str) -> None:
    assert race_group(people(1, **facts)).tolist() == [expected]


@pytest.mark.parametrize("attribute", ["race", "ancestry"])
def test_grouped_labels_are_those_of_a_census_dictionary(attribute: str) -> None:
    known = {label for vintage in VINTAGES.names() for label in labels(vintage)[attribute]}
    table = published("race_groups")
    assert set(table.loc[table["attribute"] == attribute, "label"]) <= known


def test_other_people_shift_nobody() -> None:
    among = psychodemographics(people(40), seed=3)
    alone = psychodemographics(people(40).iloc[[7]], seed=3)
    pd.testing.assert_frame_equal(alone, among.iloc[[7]])


@pytest.mark.parametrize("age", [0, 4, 8, 12, 16, 40])
def test_cues_and_values_suit_the_age(age: int) -> None:
    found = psychodemographics(people(300, age=age), seed=2)
    for column, name in LISTS.items():
        entries = curated(name)
        suiting = set(entries.texts[entries.min_ages <= age])
        assert {part for cell in found[column] for part in cell.split("; ")} <= suiting


def test_the_two_core_values_differ() -> None:
    found = psychodemographics(people(500, age=0), seed=2)["core_values"].str.split("; ")
    assert found.map(lambda values: len(set(values)) == 2).all()


@pytest.mark.parametrize("name", LISTS.values())
def test_a_curated_list_has_two_hundred_different_entries(name: str) -> None:
    texts = curated(name).texts.tolist()
    assert len(texts) >= 200
    assert len({text.lower() for text in texts}) == len(texts)
    assert not [text for text in texts if ";" in text]


@pytest.mark.parametrize("name", LISTS.values())
def test_curated_entries_suppose_no_sight_hearing_or_gait(name: str) -> None:
    words = {"see", "sees", "look", "looks", "watch", "watching", "hear", "hears", "listen", "listening", "walk", "run"}
    assert not [text for text in curated(name).texts if words & set(text.lower().split())]


@pytest.mark.parametrize("name", ["religion", "political_views", "ideology"])
def test_published_shares_are_whole(name: str) -> None:
    totals = published(name)[answers(name)].sum(axis=1)
    assert totals.between(95, 101).all()  # rounded, and without those who gave no answer
