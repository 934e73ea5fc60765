"""Answers and verdicts that come from files."""

import json

import pytest

from persona_pipeline.bench.design import designed
from persona_pipeline.bench.given import beside, read_answers
from persona_pipeline.bench.human import beside_humans, read_human_verdicts
from persona_pipeline.bench.scoring import scores
from persona_pipeline.bench.verdicts import judged
from persona_pipeline.errors import InputError
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories


@pytest.fixture(scope="module")
def items():
    return designed(factories.personas(5), factories.prompts(8), n_items=3, split="any", seed=1)


def written(folder, rows):
    file = folder / "mine.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_a_files_answers_are_rows_of_the_design_marked_with_the_file(tmp_path, items):
    one, other = items.to_dict("records")[:2]
    rows = [
        {"item_id": one["item_id"], "text": "Yes."},
        {"persona_id": other["persona_id"], "prompt_id": other["prompt_id"], "text": " ", "model": "mine"},
    ]
    found = read_answers(written(tmp_path, rows), items, model="mine", seed=1)
    assert found["item_id"].tolist() == items["item_id"].tolist()
    assert found["status"].tolist() == ["ok", "empty", "not_asked"]
    assert found["reason"].tolist() == [None, "the answer was empty", "the file has no answer to this item"]
    assert found["source"].str.startswith("mine.jsonl sha256:").all()
    assert set(found["judged_model"]) == {"mine"}
    assert not found["simulated"].any()


def test_csv_is_read_as_well(tmp_path, items):
    file = tmp_path / "mine.csv"
    file.write_text(f'item_id,text,model\n{items["item_id"][0]},"Yes,\nindeed.",mine\n')
    assert read_answers(file, items, seed=1)["text"].tolist() == ["Yes,\nindeed.", None, None]


@pytest.mark.parametrize(
    ("row", "claim"),
    [
        ({"item_id": "item-unknown", "text": "x", "model": "m"}, "line 1: there is no item 'item-unknown'"),
        ({"text": "x"}, "names no model"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_its_line(tmp_path, items, row, claim):
    with pytest.raises(InputError, match=claim):
        read_answers(written(tmp_path, [row]), items, seed=1)


def test_an_item_twice_is_refused(tmp_path, items):
    row = {"item_id": items["item_id"][0], "text": "x", "model": "m"}
    with pytest.raises(InputError, match=r"line 2: .* comes twice"):
        read_answers(written(tmp_path, [row, row]), items, seed=1)


def test_answers_that_were_there_stay_beside_and_their_own_are_replaced(tmp_path):
    bench = run(lambda _: factories.said("Yes."), lambda _: verdict(False))
    items = designed(bench.personas, bench.prompts, n_items=12, split="any", seed=1)
    file = written(tmp_path, [{"item_id": item, "text": "Ours.", "model": "mine"} for item in items["item_id"]])
    given = read_answers(file, items, seed=1)
    once = beside(bench.answers, given, items)
    assert once.groupby("mode").size().to_dict() == {"baseline": 12, "given": 12, "persona": 12}
    assert len(beside(once, given, items)) == 36
    assert len(beside(bench.answers, given, items.head(5))) == 12 + 10  # of a smaller design, its items only


def test_the_judge_stands_beside_people_or_says_why_not(tmp_path):
    script = iter([verdict(False)] * 6 + [verdict(True)] * 6)
    bench = run(lambda _: factories.said("Yes."), lambda _: next(script), modes=("persona",))
    without = scores(bench.answers, bench.critiques, seed=1, resamples=100).iloc[0]
    assert (without["human_agreement"] is not None, without["human_reason"]) == (True, "no human verdicts")
    ids = bench.answers["answer_id"].tolist()
    lines = [f"{an_id},{rater},{said}" for n, an_id in enumerate(ids[:8]) for rater, said in votes(n)]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["answer_id,rater_id,needs_revision", *lines]))
    found = beside_humans(judged(bench.answers, bench.critiques), read_human_verdicts(file))
    # the judge passes the first six of the eight, people all but the sixth and the eighth;
    # (judge, people): 5 × (pass, pass), 1 × (pass, fail), 1 × (fail, pass), 1 × (fail, fail)
    assert found["n_human"] == 8
    assert found["human_agreement"] == 6 / 8
    by_chance = (6 * 6 + 2 * 2) / 64
    assert found["human_kappa"] == pytest.approx((6 / 8 - by_chance) / (1 - by_chance))
    assert found["human_reason"] == "insufficient: 8 items of 30"


def votes(number):
    """Two raters of three say what the majority says."""
    fails = number in (5, 7)
    return [("r1", str(fails)), ("r2", str(fails)), ("r3", str(not fails))]


def test_a_verdict_that_is_neither_is_refused(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("answer_id,rater_id,needs_revision\na,r,perhaps\n")
    with pytest.raises(InputError, match="line 2"):
        read_human_verdicts(file)
