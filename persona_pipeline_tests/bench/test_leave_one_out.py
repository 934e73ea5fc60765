"""Leave-one-out: what is asked, what becomes of it, and whether what was planted comes back."""

import pytest

from persona_pipeline.bench import leave_one_out as leaving
from persona_pipeline.bench.answers import Plan
from persona_pipeline.bench.answers import cases as bench_cases
from persona_pipeline.bench.answers import requests as bench_requests
from persona_pipeline.bench.design import designed
from persona_pipeline.bench.influence import NOBODY_HAS_IT, leave_one_out
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.bench.leave_one_out import Sizes
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.bench_leave_one_out import BENCH_LEAVE_ONE_OUT, LEAVE_ONE_OUT_VERDICTS
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS
from persona_pipeline.schemas.render import wording
from persona_pipeline.simulation import INFLUENCE
from persona_pipeline_tests.agreement.test_leave_one_out import whole_personas
from persona_pipeline_tests.bench.factories import verdict
from persona_pipeline_tests.feedback import factories

JUDGE = "sim-a"


class Run:
    """Leave-one-out on some items of a design of as many."""

    def __init__(self, people, sizes, answer, critique, *, models=("sim-b",)):
        questions = factories.prompts(20)
        self.people, self.questions = people, questions
        self.items = designed(people, questions, n_items=len(people), split="any", seed=1)
        self.shown = leaving.views(self.items, people, sizes)
        self.wanted = leaving.cases(self.items, self.shown, sizes, models)
        self.asked = leaving.requests(self.wanted, self.shown, questions)
        replies = answer(self.asked)
        self.answers = leaving.parse(self.wanted, self.shown, self.asked, replies, seed=1)
        judged = leaving.to_judge(self.answers, judge=JUDGE)
        shown = leaving.views_of(self.answers, people)
        self.critics_asked = leaving.verdict_requests(judged, shown, questions, judge=JUDGE)
        self.verdicts = leaving.parse_verdicts(judged, self.critics_asked, critique(self.critics_asked), judge=JUDGE)

    def influences(self):
        return leave_one_out(self.verdicts, setting=Setting(1, 500))


def scripted(script):
    return lambda asked: factories.answers(asked, script)


def good(asked):
    return factories.answers(asked, lambda _: verdict(False))


def test_each_item_is_asked_whole_and_without_each_attribute_that_its_persona_has():
    people = whole_personas(3).assign(fertility=None)
    run = Run(people, Sizes(2), factories.simulated, good)
    assert len(run.asked) == 2 * (1 + 32)
    assert set(run.answers["attribute"].dropna()) == set(ATTRIBUTE_NAMES) - {"fertility"}
    of_first = run.answers[run.answers["item_id"] == run.answers["item_id"].iloc[0]]
    whole = run.asked[0].messages[1].content
    for attribute, request in zip(of_first["attribute"], run.asked[: len(of_first)], strict=True):
        lines = whole.splitlines() if attribute is None else request.messages[1].content.splitlines()
        missing = [line for line in whole.splitlines() if line not in lines]
        said = [f"{wording(PERSONAS.column(attribute))}: "] if attribute else []
        assert len(missing) == len(said)
        assert all(line.startswith(start) for line, start in zip(missing, said, strict=True))


def test_the_whole_persona_is_asked_as_in_the_benchmark_itself_and_so_paid_once():
    run = Run(whole_personas(3), Sizes(3, ["age"]), factories.simulated, good)
    plain = bench_requests(bench_cases(run.items, Plan(["persona"], ["sim-b"])), run.people, run.questions)
    known = {request.content_hash("anywhere"): request.row_id for request in plain}
    whole = run.answers[run.answers["attribute"].isna()]["answer_id"]
    ours = {request.content_hash("anywhere"): request.row_id for request in run.asked}
    assert {row for key, row in ours.items() if key in known} == set(known.values()) == set(whole)


def test_critics_know_the_whole_persona_unless_it_is_they_who_are_not_told():
    run = Run(whole_personas(2), Sizes(1, ["age"]), factories.simulated, good)
    by_id = {request.row_id: request.messages[1].content for request in run.critics_asked}
    ways = run.verdicts.set_index("withheld_from")
    assert sorted(ways.index) == ["critics", "model", "nobody"]
    assert {way: "\nage: " in by_id[row["verdict_id"]] for way, row in ways.iterrows()} == {
        "nobody": True,
        "model": True,
        "critics": False,
    }
    assert ways.loc["critics", "answer_id"] == ways.loc["nobody", "answer_id"] != ways.loc["model", "answer_id"]
    assert list(run.verdicts.columns) == LEAVE_ONE_OUT_VERDICTS.column_names


def test_the_difference_is_what_accuracy_loses_without_the_attribute():
    """Of four items the whole persona's answers pass all; without age three of them, without sex none."""
    fails = {"age": 1, "sex": 4}

    def critique(asked):
        left = dict(fails)

        def said(request):
            row = told[request.row_id]
            if row["withheld_from"] != "critics" or not left[row["attribute"]]:
                return verdict(False)
            left[row["attribute"]] -= 1
            return verdict(True)

        return factories.answers(asked, said)

    sizes = Sizes(4, ["age", "sex"])
    first = Run(whole_personas(4), sizes, factories.simulated, good)
    told = first.verdicts.set_index("verdict_id").to_dict("index")
    found = Run(whole_personas(4), sizes, factories.simulated, critique).influences()
    assert list(found.columns) == BENCH_LEAVE_ONE_OUT.column_names
    assert len(found) == 2 * 33
    rows = found[found["withheld_from"] == "critics"].set_index("attribute")
    assert (rows.loc["age", "difference"], rows.loc["sex", "difference"]) == (0.25, 1.0)
    assert (rows.loc["age", "rank"], rows.loc["sex", "rank"]) == (2, 1)
    assert rows.loc["sex", "p_value"] == pytest.approx(2 * 0.5**4)  # four of four, McNemar's test
    assert rows.loc["sex", "corrected_p"] == pytest.approx(2 * 2 * 0.5**4)  # the smaller of two, by Holm
    assert rows.loc["income", "reason"] == NOBODY_HAS_IT
    assert set(found[found["withheld_from"] == "model"]["difference"].dropna()) == {0}


def test_what_has_no_verdict_is_counted_and_is_no_failure():
    timeouts = iter([factories.TIMEOUT] * 3)  # the first item: whole, without age, without sex

    def answer(asked):
        return factories.answers(asked, lambda _: next(timeouts, factories.said("Yes.")))

    run = Run(whole_personas(4), Sizes(4, ["age", "sex"]), answer, good)
    assert (run.verdicts["status"] == "not_asked").sum() == 1 + 2 + 2
    rows = run.influences()
    some = rows[rows["attribute"].isin(["age", "sex"])]
    assert set(some["n_items"]) == {3}
    assert set(some["n_left_out"]) == {1}
    assert set(some["difference"]) == {0}


def test_an_unreadable_verdict_is_a_row_with_the_reason():
    run = Run(whole_personas(2), Sizes(1, ["age"]), factories.simulated, scripted(lambda _: factories.said("Hm.")))
    assert set(run.verdicts["status"]) == {"invalid"}
    assert run.influences()["difference"].isna().all()


def test_no_items_ask_nothing():
    run = Run(whole_personas(2), Sizes(0), factories.simulated, good)
    assert (len(run.asked), len(run.verdicts), len(run.influences())) == (0, 0, 0)


@pytest.mark.parametrize("sizes", [{"items": -1}, {"attributes": ["shoe_size"]}, {"attributes": ["age", "age"]}])
def test_sizes_that_cannot_be_meant_are_refused(sizes):
    with pytest.raises(ConfigError):
        Sizes(**sizes)


def test_attributes_planted_as_strong_cost_more_than_those_planted_as_weak():
    """The order of all 33, at more items: benchmarks/bench_leave_one_out.py."""
    strong, weak = ["ideology", "age", "religion"], ["vision_difficulty", "hearing_difficulty", "fertility"]
    assert min(INFLUENCE[name] for name in strong) > 10 * max(INFLUENCE[name] for name in weak)
    sizes = Sizes(80, strong + weak)
    run = Run(whole_personas(80), sizes, factories.simulated, factories.simulated, models=("sim-d",))
    rows = run.influences().query("withheld_from == 'critics'").set_index("attribute")["difference"]
    assert rows[strong].mean() > rows[weak].mean() + 0.03
