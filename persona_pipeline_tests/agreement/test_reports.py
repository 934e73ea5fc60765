"""Majorities, variance, subgroups, power and persona matrices, on ratings whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from persona_pipeline.agreement.intervals import Setting, Spread
from persona_pipeline.agreement.majority import majorities, summary
from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.persona_matrices import kappa_matrix
from persona_pipeline.agreement.power import study_power
from persona_pipeline.agreement.ratings import combine, simulated_ratings
from persona_pipeline.agreement.scoring import scores
from persona_pipeline.agreement.study import study_items
from persona_pipeline.agreement.subgroups import subgroup_scores
from persona_pipeline.agreement.units import Units
from persona_pipeline.agreement.variance import components, variance
from persona_pipeline.errors import ConfigError
from persona_pipeline_tests.agreement.test_scoring import items_of, ratings_of
from persona_pipeline_tests.feedback import chain, factories


@pytest.fixture(scope="module")
def made():
    return chain.run(factories.simulated, n_personas=12, pairs_per_persona=12)


def test_a_majority_is_three_of_four_and_ties_are_published():
    votes = [ratings_of(name, choices) for name, choices in zip("abcd", ["AAA.", "AAB ", "ABB ", "BBBA"], strict=True)]
    found = majorities(combine(votes), items_of(4)).set_index("item_id")
    assert found["majority"].tolist() == ["A", None, "B", None]
    assert found["reason"].tolist() == [None, "a tie: 2 to 2", None, "only 1 of 1 raters agree, 3 are needed"]
    assert found["prefers_revision"].tolist()[:1] == [True]  # the revision stands on A
    counted = summary(found.reset_index())
    assert (counted["with_majority"], counted["ties"], counted["too_few"]) == (2, 1, 1)


def test_components_are_recovered_from_planted_ones_with_gaps():
    # 60 personas × 40 prompts × 3 raters, a third missing; variances 1, 0.5, and 2 for the rest
    rng = np.random.default_rng(0)
    persona, prompt, _ = (values.ravel() for values in np.indices((60, 40, 3)))
    parts = [rng.normal(0, np.sqrt(v), n) for v, n in ((1, 60), (0.5, 40))]
    outcome = parts[0][persona] + parts[1][prompt] + rng.normal(0, np.sqrt(2), len(persona))
    kept = rng.random(len(persona)) < 2 / 3
    found = components(outcome[kept], [persona[kept], prompt[kept]])
    assert found[0] == pytest.approx(np.var(parts[0]), rel=0.1)
    assert found[1] == pytest.approx(np.var(parts[1]), rel=0.1)
    assert found[2] == pytest.approx(2, rel=0.05)


def test_a_balanced_design_gives_the_components_of_a_textbook_anova():
    # 3 levels of 2: within mean square 2, between 2·var(means 2, 6, 10) = 32: (32 − 2) / 2 = 15 and 2
    found = components(np.array([1.0, 3, 5, 7, 9, 11]), [np.array([0, 0, 1, 1, 2, 2])])
    assert found.tolist() == pytest.approx([15, 2])


def test_what_coincides_or_does_not_repeat_is_null_with_the_reason():
    items = items_of(8).assign(prompt_id=[f"prompt-{i}" for i in range(8)])
    found = variance(combine([ratings_of("a", "AABBABAB"), ratings_of("b", "AABBAAAB")]), items)
    humans = found[found["ratings_of"] == "humans"].set_index("component")
    assert humans.loc["persona_prompt", "reason"] == (
        "it coincides with prompt: every persona_prompt has a prompt of its own"
    )
    assert humans.loc["rest", "share"] > 0
    assert humans["share"].fillna(0).sum() == pytest.approx(1)
    assert found.loc[found["ratings_of"] == "models", "reason"].notna().all()


def test_power_is_what_the_formula_says_for_two_raters():
    # balanced sides: variance of kappa (1 − κ²) / n; n = 400 for one human of one persona with 400 items
    items = items_of(400, n_personas=1)
    found = study_power(items, seed=1).set_index(["comparison", "kappa"])["half_width"]
    for kappa in (0.2, 0.6):
        expected = 1.96 * np.sqrt((1 - kappa**2) / 400)
        assert found["human_model", kappa] == pytest.approx(expected, rel=0.12)  # 400 studies: 3.5 % each
        assert found["humans_model", kappa] < found["human_model", kappa]


def test_a_crossed_study_has_whole_matrices_and_a_nested_one_just_the_diagonal(made):
    for design, off_diagonal in (("crossed", True), ("nested", False)):
        items = study_items(made.pairs, personas=6, items_per_persona=8, design=design, seed=1)
        found = kappa_matrix(simulated_ratings(items, made.personas, seed=1), items)
        assert set(found["kind"]) == {"human_human"}
        assert (found["row_persona"] == found["column_persona"]).sum() == 6
        assert (found["row_persona"] != found["column_persona"]).sum() == (15 if off_diagonal else 0)
        assert set(found["n_items"]) == {8}


def test_a_cell_of_one_rater_on_each_side_is_plain_kappa():
    items = items_of(40, n_personas=1)
    anna, ben = "A" * 20 + "B" * 20, "A" * 15 + "B" * 5 + "A" * 5 + "B" * 15
    ratings = combine([ratings_of("anna", anna), ratings_of("m", ben, kind="model")])
    cell = kappa_matrix(ratings, items).query("kind == 'human_model'").iloc[0]
    assert (cell["kappa"], cell["n_items"], cell["reason"]) == (pytest.approx(0.5), 40, None)
    assert cell["low"] < 0.5 < cell["high"]


def test_subgroups_split_the_items_and_small_ones_have_no_interval(made):
    items = study_items(made.pairs, personas=12, items_per_persona=10, seed=1)
    ratings = simulated_ratings(items, made.personas, seed=1)
    found = subgroup_scores(ratings, items, made.personas, made.prompts, attributes=["sex", "age"], seed=1)
    sexes = found[(found["subgroup"] == "sex") & (found["metric"] == "raw_agreement")]
    assert sexes["level"].tolist() == ["Female", "Male"]
    assert sexes["n_items"].sum() == len(items)
    assert found["score_id"].is_unique
    assert {"topic", "persona_split", "prompt_split"} <= set(found["subgroup"])
    small = subgroup_scores(ratings, items, made.personas, made.prompts, attributes=["sex"], min_items=200, seed=1)
    assert small["low"].isna().all()
    assert small["reason"].str.startswith("insufficient").all()
    with pytest.raises(ConfigError, match="shoe_size"):
        subgroup_scores(ratings, items, made.personas, made.prompts, attributes=["shoe_size"], seed=1)


def test_raters_of_one_persona_each_are_compared_within_it_and_as_a_whole(made):
    items = study_items(made.pairs, personas=5, items_per_persona=10, repeats=1, seed=1)
    found = scores(simulated_ratings(items, made.personas, one_persona_each=True, seed=1), items, seed=1, resamples=200)
    kappas = found[found["metric"] == "cohen_kappa"]
    assert (kappas["comparison"] == "human_human").sum() == 5 * 6  # of 20 raters only those of one persona
    everybody = kappas[(kappas["comparison"] == "human_others") & kappas["rater_1"].isna()].iloc[0]
    assert (everybody["n_items"], everybody["n_raters"]) == (50, 20)


def test_a_flip_rate_is_what_the_planted_fidelity_says(made):
    # right with (1 + 0.75) / 2 = 0.875, anew each time: flips 2 · 0.875 · 0.125 = 0.22; deviation of 84: 0.045
    items = study_items(made.pairs, personas=12, items_per_persona=10, repeats=7, seed=1)
    ratings = simulated_ratings(items, made.personas, raters=["simulated-4"], seed=1)
    found = scores(ratings, items, seed=1, resamples=200).query("comparison == 'self'").set_index("metric")["value"]
    assert found["flip_rate"] == pytest.approx(0.22, abs=0.14)
    assert found["raw_agreement"] == pytest.approx(1 - found["flip_rate"])


def two_way(seed, *, personas=20, prompts=20):
    """Raters right with 0.85 on average, better and worse by persona and by prompt: kappa (0.7² + …) by hand."""
    rng = np.random.default_rng(seed)
    persona, prompt = np.repeat(np.arange(personas), prompts), np.tile(np.arange(prompts), personas)
    better = 0.06 * (rng.choice([-1, 1], personas)[persona] + rng.choice([-1, 1], prompts)[prompt])
    truth = rng.integers(2, size=len(persona))
    right = rng.random((len(persona), 2)) < (0.85 + better)[:, None]
    names = [np.char.add(kind, ids.astype(str)).astype(object) for kind, ids in (("p", persona), ("q", prompt))]
    return Units(np.where(right, truth[:, None], 1 - truth[:, None]), 2), *names


def test_intervals_cover_a_kappa_that_varies_by_persona_and_by_prompt():
    # E(2a − 1)² with a = 0.85 ± 0.06 ± 0.06: 0.7² + 0.12² + 0.12² = 0.5188; 100 studies, deviation 2.2 %
    kappa, covered, errors, values = METRICS.get("cohen_kappa"), 0, [], []
    for seed in range(100):
        spread = Spread(*two_way(seed), Setting(seed=1, resamples=300))
        value = spread.value(kappa).value
        ends = spread.interval(kappa, value)
        covered += ends.low <= 0.5188 <= ends.high
        values.append(value)
        errors.append(spread.standard_error(kappa))
    assert covered / 100 >= 0.89
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.25)


def test_an_excluded_rating_counts_nowhere():
    anna, ben = ratings_of("anna", "AB" * 20), ratings_of("ben", "AB" * 20)
    bad = ratings_of("bad", "BA" * 20).assign(excluded_because="failed an attention check")
    found = scores(pd.concat([anna, ben, bad]), items_of(40), seed=1, resamples=100)
    groups = found[(found["comparison"] == "all_humans") & (found["metric"] == "raw_agreement")]
    assert groups["value"].tolist() == [1]
    assert majorities(pd.concat([anna, ben, bad]), items_of(40))["n_ratings"].unique().tolist() == [2]
