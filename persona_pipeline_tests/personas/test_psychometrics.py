import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from persona_pipeline.personas.data import published
from persona_pipeline.personas.psychometrics import LEVELS, big_five, group_norms, in_words, level, outside_norms
from persona_pipeline.schemas.persona import BIG_FIVE

BFI2 = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "bfi2"


def ids(count: int) -> pd.DataFrame:
    return pd.DataFrame({"persona_id": [f"persona-{i}" for i in range(count)]})


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    return big_five(ids(20_000), seed=1)


def test_scores_have_the_published_means_and_deviations(many: pd.DataFrame) -> None:
    # Soto & John (2017). Openness moves most by the end of the scale at 5, which is 1.66 SD above its mean: by
    # 0.65 · (φ(1.66) − 1.66 · (1 − Φ(1.66))) = 0.65 · (0.1006 − 0.0805) = 0.013
    assert many[list(BIG_FIVE)].mean().tolist() == pytest.approx([3.92, 3.43, 3.23, 3.68, 3.07], abs=0.03)
    assert many[list(BIG_FIVE)].std().tolist() == pytest.approx([0.65, 0.77, 0.80, 0.64, 0.87], abs=0.04)


def test_scores_have_the_published_correlations(many: pd.DataFrame) -> None:
    found = many[list(BIG_FIVE)].corr()
    assert found.loc["extraversion", "neuroticism"] == pytest.approx(-0.34, abs=0.03)
    assert found.loc["agreeableness", "conscientiousness"] == pytest.approx(0.28, abs=0.03)
    assert found.loc["openness", "conscientiousness"] == pytest.approx(-0.02, abs=0.03)


def test_scores_stay_on_the_scale(many: pd.DataFrame) -> None:
    assert many[list(BIG_FIVE)].to_numpy().min() >= 1
    assert many[list(BIG_FIVE)].to_numpy().max() <= 5


def test_levels_have_the_shares_of_a_normal_distribution(many: pd.DataFrame) -> None:
    # Φ(−1.5) = 0.067, Φ(−0.5) − Φ(−1.5) = 0.242, Φ(0.5) − Φ(−0.5) = 0.383
    shares = level(many["neuroticism"], "neuroticism").value_counts(normalize=True)
    assert [shares[name] for name in LEVELS] == pytest.approx([0.067, 0.242, 0.383, 0.242, 0.067], abs=0.015)


@pytest.mark.parametrize(
    ("score", "expected"),
    # extraversion: mean 3.23, SD 0.80, so the cut points are 2.03, 2.83, 3.63 and 4.43
    [(2.02, "Extremely Low"), (2.82, "Low"), (3.23, "Average"), (3.64, "High"), (4.44, "Extremely High")],
)
def test_a_score_has_the_level_of_its_distance_from_the_mean(score: float, expected: str) -> None:
    assert level(pd.Series([score]), "extraversion").tolist() == [expected]


def test_the_profile_reads_as_in_the_paper() -> None:
    # each exactly at its mean, but neuroticism: (4.0 − 3.07) / 0.87 = 1.07 SD
    scores = pd.DataFrame([dict(zip(BIG_FIVE, [3.92, 3.43, 3.23, 3.68, 4.0], strict=True))])
    assert in_words(scores).tolist() == [
        "Openness: Average, Conscientiousness: Average, Extraversion: Average, Agreeableness: Average, "
        "Neuroticism: High"
    ]


def test_other_people_shift_nobody() -> None:
    alone = big_five(ids(1), seed=5)
    among = big_five(ids(50), seed=5)
    pd.testing.assert_frame_equal(alone, among.head(1))
    assert not np.allclose(alone["openness"], big_five(ids(1), seed=6)["openness"])


def test_the_carried_figures_are_those_of_the_reference_data() -> None:
    path = BFI2 / "bfi2_domain_norms_soto_john_2017.csv"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    ours = published("bfi2").set_index("trait")
    for row in csv.DictReader(path.read_text().splitlines()):
        trait = row["domain"].lower()
        assert ours.loc[trait, ["mean", "sd"]].tolist() == [float(row["mean"]), float(row["sd"])]
    correlations = pd.read_csv(BFI2 / "bfi2_domain_intercorrelations_soto_john_2017.csv", index_col=0)
    assert ours[list(BIG_FIVE)].to_numpy().tolist() == correlations.to_numpy().tolist()


def test_a_drawn_sample_lies_within_the_norms() -> None:
    assert outside_norms(big_five(ids(2000), seed=5)) == []


def test_a_shifted_mean_and_a_lost_correlation_are_found() -> None:
    scores = big_five(ids(2000), seed=5)
    assert outside_norms(scores.assign(openness=scores["openness"] - 0.2))[0].startswith("mean of openness: -")
    alone = scores.assign(neuroticism=scores["neuroticism"].to_numpy()[::-1])
    assert any(text.startswith("correlation of extraversion and neuroticism: +") for text in outside_norms(alone))


def test_a_few_people_are_judged_by_their_means_only() -> None:
    # five people, all with openness 1.5: 2.42 below the mean, and 0.65 · √(1/5 + 1/1000) = 0.29 is one standard error
    five = big_five(ids(5), seed=5).assign(openness=1.5)
    assert outside_norms(five)[0] == "mean of openness: -8.3 standard errors"


# invented: women from 40 on are two points less open, and everybody from 60 on is more agreeable than the whole sample
GROUPS = pd.DataFrame(
    [("Female", 40, "openness", 1.92, 0.3), (None, 60, "agreeableness", 4.5, 0.2)],
    columns=["sex", "from_age", "trait", "mean", "sd"],
)


def test_norms_of_groups_move_their_members_and_nobody_else() -> None:
    people = ids(4000).assign(sex=["Female", "Male"] * 2000, age=[30, 30, 50, 50, 70, 70, 5, 5] * 500)
    found = people.join(big_five(people, seed=5, groups=GROUPS))
    means = found.groupby(["sex", "age"])[["openness", "agreeableness", "extraversion"]].mean()
    assert means.loc[("Female", 50)].tolist() == pytest.approx([1.92, 3.68, 3.23], abs=0.12)
    assert means.loc[("Female", 70)].tolist() == pytest.approx([1.92, 4.5, 3.23], abs=0.12)
    assert means.loc[("Male", 70)].tolist() == pytest.approx([3.91, 4.5, 3.23], abs=0.12)
    assert means.loc[("Male", 30)].tolist() == pytest.approx([3.91, 3.68, 3.23], abs=0.12)


def test_a_sample_is_compared_with_the_norms_of_its_groups() -> None:
    people = ids(2000).assign(sex="Female", age=50)
    found = people.join(big_five(people, seed=5, groups=GROUPS))
    assert outside_norms(found, GROUPS) == []
    assert outside_norms(found)[0].startswith("mean of openness: -")


def test_there_are_no_norms_of_groups_without_a_source() -> None:
    assert group_norms() is None
