import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control, ttest_1samp

from persona_pipeline.agreement.alt_test import alt_tests, gains
from persona_pipeline.schemas.agreement import RATINGS
from persona_pipeline_tests.agreement.test_scoring import items_of, ratings_of


def letters(codes):
    return "".join("AB"[code] for code in codes)


def raters(n_items, accuracies, seed=0):
    """Raters who are right about a balanced truth with the given chances."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(2, size=n_items)
    return [np.where(rng.random(n_items) < chance, truth, 1 - truth) for chance in accuracies]


def result_of(humans, model, **options):
    frames = [ratings_of(f"h{place}", letters(codes)) for place, codes in enumerate(humans)]
    frames.append(ratings_of("m", letters(model), kind="model"))
    return alt_tests(RATINGS.conform(pd.concat(frames)), items_of(len(model)), **options)


def test_gains_by_hand():
    # others AAB: A agrees with two, B with one; others AB: both with one; nobody else: left out
    model, human = np.array([0, 1, 0]), np.array([1, 0, 1])
    others = np.array([[0, 0, 1], [0, 1, -1], [-1, -1, -1]])
    ours, theirs = gains(model, human, others)
    assert ours.tolist() == [1, 1]
    assert theirs.tolist() == [0, 1]


def test_each_p_value_is_the_papers_t_test_corrected_by_benjamini_and_yekutieli():
    *humans, model = raters(100, (0.85, 0.8, 0.75, 0.8))
    found = result_of(humans, model, epsilon=0.15)
    by_hand = []
    for place, human in enumerate(humans):
        others = np.column_stack([codes for other, codes in enumerate(humans) if other != place])
        ours, theirs = gains(model, human, others)
        by_hand.append(ttest_1samp(theirs - ours, 0.15, alternative="less").pvalue)
    of_humans = found[found["rater_id"].notna()]
    assert of_humans["p_value"].tolist() == pytest.approx(by_hand)
    assert of_humans["corrected_p"].tolist() == pytest.approx(false_discovery_control(by_hand, method="by"))
    summed = found[found["rater_id"].isna()].iloc[0]
    assert summed["winning_rate"] == pytest.approx((of_humans["corrected_p"] <= 0.05).mean())


def test_a_model_as_good_as_the_best_human_passes_and_a_coin_does_not():
    *humans, good, coin = raters(200, (0.9, 0.85, 0.8, 0.95, 0.5))
    for model, passes in ((good, True), (coin, False)):
        summed = result_of(humans, model).query("rater_id.isna()").iloc[0]
        assert summed["passes"] == passes
        assert summed["winning_rate"] == float(passes)
        assert summed["reason"] is None


def test_a_coin_passes_no_more_often_than_chance_allows():
    # under the null every win is a false discovery: with alpha 0.05 few coins may pass
    passed = 0
    for seed in range(10):
        *humans, coin = raters(60, (0.9, 0.9, 0.9, 0.5), seed)
        passed += bool(result_of(humans, coin).query("rater_id.isna()").iloc[0]["passes"])
    assert passed == 0


def test_under_thirty_items_it_is_wilcoxons_test_and_says_so():
    *humans, model = raters(20, (0.9, 0.9, 0.9, 0.9))
    row = result_of(humans, model).iloc[0]
    assert row["method"] == "wilcoxon"
    assert row["reason"] == "insufficient: 20 items of 30"


def test_raters_of_one_persona_each_are_put_together_into_seats():
    # 4 personas of 10 items (items_of deals them out in turn), three raters each: seats of 40 items
    *humans, model = raters(40, (0.9, 0.9, 0.9, 0.9))
    frames = [ratings_of("m", letters(model), kind="model")]
    for persona in range(4):
        for place, codes in enumerate(humans):
            own = "".join(letter if i % 4 == persona else " " for i, letter in enumerate(letters(codes)))
            frames.append(ratings_of(f"h{persona}{place}", own))
    found = alt_tests(RATINGS.conform(pd.concat(frames)), items_of(40))
    assert found["seats"].all()
    assert found["rater_id"].dropna().tolist() == ["seat 1", "seat 2", "seat 3"]
    assert found.loc[found["rater_id"].notna(), "n_items"].tolist() == [40, 40, 40]
    together = result_of(humans, model)
    assert found["p_value"].dropna().tolist() == pytest.approx(together["p_value"].dropna().tolist())


def test_one_human_alone_cannot_be_left_out():
    human, model = raters(40, (0.9, 0.9))
    summed = result_of([human], model).query("rater_id.isna()").iloc[0]
    assert pd.isna(summed["winning_rate"])
    assert "no human could be left out" in summed["reason"]
