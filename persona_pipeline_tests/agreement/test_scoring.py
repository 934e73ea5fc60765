import pandas as pd
import pytest

from persona_pipeline.agreement.comparisons import GROUPS, never_together
from persona_pipeline.agreement.metrics import METRICS
from persona_pipeline.agreement.panel import panel_of
from persona_pipeline.agreement.ratings import combine, judge_requests, parse_judges, simulated_ratings
from persona_pipeline.agreement.scoring import scores
from persona_pipeline.agreement.study import study_items
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.agreement import RATINGS, SCORES, STUDY_ITEMS
from persona_pipeline.simulation import MODELS, RATERS
from persona_pipeline_tests.feedback import chain, factories


def items_of(count, n_personas=4):
    return STUDY_ITEMS.frame(
        {
            "item_id": f"item-{i}",
            "pair_id": f"pair-{i}",
            "persona_id": f"persona-{i % n_personas}",
            "prompt_id": "prompt-0",
            "question": "Why?",
            "answer_a": "One.",
            "answer_b": "Two.",
            "revision_side": "A",
            "seed": 1,
            "simulated": False,
            "kind": "item",
            "position": 1,
            "design": "nested",
            "raters_wanted": 4,
        }
        for i in range(count)
    )


def ratings_of(rater, choices, *, kind="human", simulated=False):
    """One rating for each letter; a dot is an unusable one, a blank is none at all."""
    return RATINGS.frame(
        {
            "rating_id": f"rating-{rater}-{i}",
            "item_id": f"item-{i}",
            "rater_id": rater,
            "rater_kind": kind,
            "source": kind,
            "choice": None if choice == "." else choice,
            "seed": None,
            "status": "failed" if choice == "." else "ok",
            "reason": "timeout: none" if choice == "." else None,
            "simulated": simulated,
        }
        for i, choice in enumerate(choices)
        if choice != " "
    )


def scored(*ratings, n_items=40, **options):
    return scores(combine(ratings), items_of(n_items), seed=1, **{"resamples": 200, **options})


def row(table, metric, comparison=None, raters=None):
    found = table[table["metric"] == metric]
    if comparison:
        found = found[found["comparison"] == comparison]
    if raters:
        found = found[(found["rater_1"] == raters[0]) & (found["rater_2"] == raters[1])]
    assert len(found) == 1
    return found.iloc[0]


# alike in 30 of 40, each uses A 20 times: raw 0.75; by chance 0.5; kappa 0.5
ANNA, BEN = "A" * 20 + "B" * 20, "A" * 15 + "B" * 5 + "A" * 5 + "B" * 15


def test_a_pair_of_raters_has_every_metric_by_hand():
    table = scored(ratings_of("anna", ANNA), ratings_of("ben", BEN))
    assert list(table.columns) == SCORES.column_names
    assert row(table, "raw_agreement", "human_human")["value"] == pytest.approx(0.75)
    assert row(table, "cohen_kappa", "human_human")["value"] == pytest.approx(0.5)
    kappa = row(table, "cohen_kappa", "human_human")
    assert (kappa["rater_1"], kappa["rater_2"], kappa["n_items"], kappa["n_raters"]) == ("anna", "ben", 40, 2)
    assert kappa["low"] < 0.5 < kappa["high"]
    assert kappa["reason"] is None


def test_pairs_are_named_by_kind_with_the_human_first():
    table = scored(ratings_of("zoe", ANNA), ratings_of("a-model", BEN, kind="model"))
    found = row(table, "cohen_kappa", "human_model")
    assert (found["rater_1"], found["rater_2"]) == ("zoe", "a-model")


def test_there_is_one_row_per_comparison_and_metric_that_fits_it():
    table = scored(*(ratings_of(name, ANNA) for name in "abc"), ratings_of("m", BEN, kind="model"))
    nominal = [m for _, m in METRICS.items() if m.scale == "nominal" and m.name != "flip_rate"]
    of_groups = [metric for metric in nominal if metric.raters == "any"]
    # 4 raters make 6 pairs; m beside the humans and beside their majority; each of 3 humans, and all, beside others
    assert len(table) == (6 + 2 + 4) * len(nominal) + 3 * len(of_groups)
    assert table["score_id"].is_unique
    assert not table["metric"].str.contains("linear|quadratic|ordinal|interval").any()  # with two sides all the same


def test_a_group_of_one_is_null_with_the_reason():
    found = row(scored(ratings_of("anna", ANNA), ratings_of("m", BEN, kind="model")), "raw_agreement", "all_humans")
    assert pd.isna(found["value"])
    assert pd.isna(found["low"])
    assert found["reason"] == "a comparison needs two raters, there are 1"
    assert found["n_raters"] == 1


def test_an_unusable_rating_is_left_out_and_is_no_disagreement():
    table = scored(ratings_of("anna", ANNA), ratings_of("ben", ANNA[:35] + "....."))
    found = row(table, "raw_agreement", "human_human")
    assert found["value"] == 1
    assert found["n_items"] == 35


def test_items_that_only_one_of_the_two_rated_do_not_count():
    found = row(scored(ratings_of("anna", ANNA), ratings_of("ben", "A" * 5)), "raw_agreement", "human_human")
    assert (found["value"], found["n_items"]) == (1, 5)


def test_under_thirty_items_the_value_stands_and_the_reason_says_insufficient():
    found = row(scored(ratings_of("anna", "AB" * 5), ratings_of("ben", "AB" * 5)), "cohen_kappa", "human_human")
    assert found["value"] == 1
    assert found["reason"] == "insufficient: 10 items of 30"


def test_one_side_throughout_leaves_kappa_null_with_the_reason():
    found = row(scored(ratings_of("anna", "A" * 40), ratings_of("ben", "A" * 40)), "cohen_kappa", "human_human")
    assert pd.isna(found["value"])
    assert "one and the same side" in found["reason"]
    assert found["n_items"] == 40


def test_raters_without_a_common_item_are_not_compared_but_counted():
    ratings = combine([ratings_of("anna", "A" * 5), ratings_of("ben", " " * 5 + "A" * 5)])
    assert set(scores(ratings, items_of(40), seed=1)["comparison"]) == {*GROUPS, "human_others"}
    assert never_together(panel_of(ratings, items_of(40))) == 1


def test_a_rater_without_any_usable_rating_is_still_a_row():
    found = row(scored(ratings_of("anna", ANNA), ratings_of("ben", "." * 40)), "raw_agreement", "human_human")
    assert found["reason"] == "no item has two ratings to compare"


def test_a_comparison_with_a_simulated_rater_is_simulated():
    table = scored(ratings_of("anna", ANNA), ratings_of("ben", BEN), ratings_of("sim", BEN, simulated=True))
    assert not row(table, "cohen_kappa", raters=("anna", "ben"))["simulated"]
    assert row(table, "cohen_kappa", raters=("anna", "sim"))["simulated"]
    assert row(table, "raw_agreement", "all_raters")["simulated"]


def test_another_rater_changes_nobodys_score():
    two = scored(ratings_of("anna", ANNA), ratings_of("ben", BEN))
    three = scored(ratings_of("anna", ANNA), ratings_of("ben", BEN), ratings_of("carl", "AB" * 20))
    before, after = (row(table, "cohen_kappa", raters=("anna", "ben")) for table in (two, three))
    assert before.equals(after.rename(before.name))


def test_a_second_rating_of_one_item_by_one_rater_is_refused():
    with pytest.raises(InputError, match="item-0 is rated twice by one rater"):
        scored(ratings_of("anna", ANNA), ratings_of("anna", BEN))


def test_a_rating_of_an_unknown_item_is_refused():
    with pytest.raises(InputError, match="item-39 is not an item of the study"):
        scored(ratings_of("anna", ANNA), n_items=39)


def test_no_ratings_give_groups_with_reasons():
    table = scored()
    assert set(table["comparison"]) == {"all_humans", "all_models", "all_raters"}
    assert table["value"].isna().all()


@pytest.fixture(scope="module")
def study():
    """60 personas × 15 items, two simulated raters and two model judges."""
    whole = chain.run(factories.simulated, n_personas=60, pairs_per_persona=15)
    items = study_items(whole.pairs, personas=60, items_per_persona=15, seed=1)
    frames = [simulated_ratings(items, whole.personas, raters=list(RATERS), seed=3)]
    for judge in ("sim-a", "sim-c"):
        requests = judge_requests(items, whole.personas, judge=judge)
        frames.append(parse_judges(items, requests, factories.simulated(requests), judge=judge))
    return scores(combine(frames), items, seed=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [("simulated-1", "simulated-2"), ("simulated-3", "simulated-4"), ("simulated-1", "sim-a"), ("sim-a", "sim-c")],
)
def test_the_planted_fidelities_are_recovered_within_the_interval(study, one, other):
    # sides are random, so items are balanced: kappa of independent raters is the product of their fidelities
    fidelity = {**RATERS, **{name: model.fidelity for name, model in MODELS.items()}}
    planted = fidelity[one] * fidelity[other]
    found = row(study, "cohen_kappa", raters=(one, other))
    assert found["n_items"] == 900
    assert found["low"] <= planted <= found["high"]
    assert found["value"] == pytest.approx(planted, abs=0.07)
