"""Models side by side: planted differences, honest ranks, and scores that do not compare."""

import pytest

from persona_pipeline.bench.comparisons import comparisons, leaderboard
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.scoring import scores
from persona_pipeline.errors import InputError
from persona_pipeline.schemas.bench_reports import COMPARISONS, LEADERBOARD
from persona_pipeline_tests.bench.factories import run, simulated, verdict
from persona_pipeline_tests.feedback import factories

SETTING = Setting(1, 500)


def boarded(bench):
    compared = comparisons(bench.answers, bench.critiques, setting=SETTING)
    scored = scores(bench.answers, bench.critiques, seed=1, resamples=500)
    return compared, leaderboard(scored, compared, bench.answers)


@pytest.fixture(scope="module")
def planted():
    """Three models of known quality: about 82, 74 and 56 % of their answers pass."""
    return run(
        simulated,
        simulated,
        n_items=300,
        modes=("persona",),
        models=("sim-b", "sim-c", "sim-d"),
        n_personas=100,
        n_prompts=80,
    )


def test_planted_differences_are_recovered_in_rank(planted):
    compared, board = boarded(planted)
    assert list(board.columns) == LEADERBOARD.column_names
    assert board["judged_model"].tolist() == ["sim-b", "sim-c", "sim-d"]
    assert board["rank_best"].tolist()[2] == board["rank_worst"].tolist()[2] == 3
    furthest = compared[(compared["model_1"] == "sim-b") & (compared["model_2"] == "sim-d")].iloc[0]
    assert furthest["test"] == "paired_bootstrap"  # three items a persona
    assert furthest["corrected_p"] < 0.05
    assert furthest["low"] > 0


def test_models_that_answer_alike_share_their_ranks():
    bench = run(lambda _: factories.said("Yes."), lambda _: verdict(False), models=("one", "other"))
    compared, board = boarded(bench)
    assert set(compared["p_value"]) == {1.0}
    assert set(zip(board["rank_best"], board["rank_worst"], strict=True)) == {(1, 2)}


def test_one_item_a_persona_is_tested_by_mcnemar():
    # answers come model by model: "one" passes five items that "other" fails: 2 × (1/2)^5
    script = iter([verdict(False)] * 5 + [verdict(True)] * 5)
    bench = run(
        lambda _: factories.said("Yes."), lambda _: next(script), n_items=5, modes=("persona",), models=("one", "other")
    )
    (row,) = comparisons(bench.answers, bench.critiques, setting=SETTING).to_dict("records")
    assert (row["test"], row["only_1"], row["only_2"]) == ("mcnemar_exact", 5, 0)
    assert row["p_value"] == row["corrected_p"] == pytest.approx(2 / 2**5)


def test_scores_of_different_designs_are_refused():
    bench = run(lambda _: factories.said("Yes."), lambda _: verdict(False), models=("one", "other"))
    fewer = bench.answers[~((bench.answers["judged_model"] == "other") & (bench.answers.index % 2 == 0))]
    with pytest.raises(InputError, match="different versions of the benchmark do not compare"):
        comparisons(fewer, bench.critiques, setting=SETTING)


def test_another_judge_or_template_is_another_version_and_another_seed_of_intervals_is_not():
    bench = run(lambda _: factories.said("Yes."), lambda _: verdict(False))

    def version(answers, critiques, seed=1):
        return set(scores(answers, critiques, seed=seed, resamples=100)["version"])

    first = version(bench.answers, bench.critiques)
    assert version(bench.answers, bench.critiques, seed=2) == first
    assert version(bench.answers, bench.critiques.assign(judge="another")).isdisjoint(first)
    assert version(bench.answers, bench.critiques.assign(template="critic@new")).isdisjoint(first)
    assert version(bench.answers.assign(template="persona@new"), bench.critiques).isdisjoint(first)


def test_one_model_has_nothing_to_be_compared_with():
    compared, board = boarded(run(lambda _: factories.said("Yes."), lambda _: verdict(False)))
    assert compared.empty
    assert list(compared.columns) == COMPARISONS.column_names
    assert set(board["rank_worst"]) == {1}
