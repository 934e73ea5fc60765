from persona_pipeline.bench import subtlety
from persona_pipeline.bench.scoring import scores
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories

QUOTED = factories.said('{"subtle": false, "quoted": "as a keeper of hens"}')
SUBTLE = factories.said('{"subtle": true, "quoted": null}')


def test_the_share_that_is_not_subtle_is_of_the_answers_judged():
    bench = run(lambda _: factories.said("Yes."), lambda _: verdict(False), modes=("persona",))
    asked = subtlety.requests(bench.answers, bench.personas, bench.prompts, judge="sim-a")
    script = iter([QUOTED] * 3 + [SUBTLE] * 5 + [factories.TIMEOUT] * 4)
    rows = subtlety.parse(bench.answers, asked, factories.answers(asked, lambda _: next(script)), judge="sim-a")
    assert rows["quoted"].dropna().tolist() == ["as a keeper of hens"] * 3
    found = scores(bench.answers, bench.critiques, subtlety=rows, seed=1, resamples=100).iloc[0]
    assert (found["n_subtlety"], found["not_subtle"]) == (8, 3 / 8)


def test_without_judging_there_is_no_share():
    bench = run(lambda _: factories.said("Yes."), lambda _: verdict(False))
    table = scores(bench.answers, bench.critiques, seed=1, resamples=100)
    assert table["not_subtle"].isna().all()
