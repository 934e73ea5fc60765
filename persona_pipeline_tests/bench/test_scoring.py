import pandas as pd
import pytest

from persona_pipeline.bench.design import design_hash
from persona_pipeline.bench.scoring import scores
from persona_pipeline.schemas.bench import SCORES
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories


def yes(_):
    return factories.said("Yes.")


def scored(answer, critique, **options):
    bench = run(answer, critique, **options)
    return scores(bench.answers, bench.critiques, seed=1, resamples=200).set_index("mode")


def test_accuracy_is_the_share_that_needs_no_revision():
    script = iter([verdict(False)] * 9 + [verdict(True)] * 3 + [verdict(True)] * 12)
    table = scored(yes, lambda _: next(script))
    assert table["accuracy"].to_dict() == {"baseline": 0.75, "persona": 0}
    assert table["n_success"].to_dict() == {"baseline": 9, "persona": 0}
    assert table.loc["baseline", "low"] <= 0.75 <= table.loc["baseline", "high"]


def test_unscored_items_are_counted_and_are_no_failures():
    script = iter([factories.TIMEOUT] * 4 + [factories.said("?")] * 4 + [verdict(False)] * 4 + [verdict(False)] * 12)
    first = scored(yes, lambda _: next(script)).loc["baseline"]
    assert (first["n_items"], first["n_scored"], first["n_unscored"], first["n_success"]) == (12, 4, 8, 4)
    assert first["accuracy"] == 1


def test_nothing_scored_is_null_with_the_reason():
    table = scored(lambda _: factories.TIMEOUT, lambda _: verdict(False))
    assert table["accuracy"].isna().all()
    assert table["low"].isna().all()
    assert set(table["reason"]) == {"no answer has a verdict"}
    assert table["n_unscored"].tolist() == [12, 12]


def test_an_answer_without_any_critique_row_is_unscored():
    bench = run(yes, lambda _: verdict(False))
    table = scores(bench.answers, bench.critiques.head(5), seed=1, resamples=50)
    assert table["n_items"].tolist() == [12, 12]
    assert table["n_scored"].tolist() == [5, 0]


def test_few_items_are_insufficient_and_enough_are_not():
    assert set(scored(yes, lambda _: verdict(False))["reason"]) == {"insufficient: 12 items of 30"}
    assert set(scored(yes, lambda _: verdict(False), n_items=30)["reason"]) == {None}


def test_modes_share_one_design_and_the_row_names_it():
    bench = run(yes, lambda _: verdict(False))
    table = scores(bench.answers, bench.critiques, seed=1, resamples=50)
    assert list(table.columns) == SCORES.column_names
    assert set(table["design"]) == {design_hash(bench.design)}


def test_two_critics_have_a_row_each():
    bench = run(yes, lambda _: verdict(False))
    both = pd.concat([bench.critiques, bench.critiques.assign(judge="other", needs_revision=True)])
    table = scores(bench.answers, both, seed=1, resamples=50).set_index(["mode", "judge"])["accuracy"]
    assert table["baseline", "sim-a"] == 1
    assert table["baseline", "other"] == 0


@pytest.mark.parametrize("part", ["answers", "critiques"])
def test_a_score_with_a_simulated_part_is_simulated(part):
    bench = run(yes, lambda _: verdict(False))
    frames = {"answers": bench.answers.assign(simulated=False), "critiques": bench.critiques.assign(simulated=False)}
    assert not scores(**frames, seed=1, resamples=50)["simulated"].any()
    frames[part] = frames[part].assign(simulated=True)
    assert scores(**frames, seed=1, resamples=50)["simulated"].all()


def test_the_simulated_model_does_better_when_it_knows_the_persona():
    def simulated(request):
        return {"status": "ok", "text": factories.simulated([request])[0].text}

    table = scored(simulated, simulated, n_items=40)
    assert table.loc["persona", "accuracy"] > table.loc["baseline", "accuracy"] + 0.2
