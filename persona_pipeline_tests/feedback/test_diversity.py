import itertools

import numpy as np
import pandas as pd
import pytest

from persona_pipeline.feedback import critique, repeats, revision
from persona_pipeline.feedback.diversity import diversity
from persona_pipeline.schemas.feedback import CRITIQUES, REPEATS, REVISIONS
from persona_pipeline.schemas.feedback_reports import DIVERSITY
from persona_pipeline_tests.feedback import chain, factories


@pytest.fixture(scope="module")
def whole():
    return chain.run(factories.simulated, n_personas=8, pairs_per_persona=16)


def drawn_again(whole, ask, draws=2, personas=5, prompts=4):
    sampled = repeats.sample(whole.assignments, personas=personas, prompts=prompts, seed=1)
    made = []
    for draw in range(1, draws + 1):
        asked = critique.requests(sampled, whole.base, whole.personas, whole.prompts, model="sim-a")
        asked = repeats.again(asked, draw)
        criticised = critique.parse(sampled, whole.base, asked, ask(asked))
        asked = revision.requests(sampled, whole.base, criticised, whole.prompts, model="sim-a")
        asked = repeats.again(asked, draw)
        made.append(
            repeats.repeats(criticised, revision.parse(sampled, whole.base, criticised, asked, ask(asked)), draw=draw)
        )
    return pd.concat(made, ignore_index=True)


def report(whole, again, **changed):
    parts = {"critiques": whole.critiques, "revisions": whole.revisions} | changed
    rows = diversity(whole.assignments, parts["critiques"], parts["revisions"], again, seed=1, resamples=300)
    assert list(rows.columns) == DIVERSITY.column_names
    return rows.set_index(["part", "measure"])


def test_a_sample_is_personas_by_core_prompts_and_grows_without_exchange(whole):
    few = repeats.sample(whole.assignments, personas=2, prompts=3, seed=1)
    more = repeats.sample(whole.assignments, personas=3, prompts=4, seed=1)
    assert (len(few), len(more)) == (6, 12)
    assert few["core"].all()
    assert set(few["pair_id"]) <= set(more["pair_id"])


def test_repetitions_are_other_draws_of_the_same_words_in_a_stage_of_their_own(whole):
    first = critique.requests(whole.assignments, whole.base, whole.personas, whole.prompts, model="m")[:3]
    second = repeats.again(first, 2)
    assert [request.body() for request in second] == [request.body() for request in first]
    assert {(request.draw, request.stage) for request in second} == {(2, "feedback.repeats")}
    assert not {r.content_hash("x") for r in second} & {r.content_hash("x") for r in first}


def test_the_simulated_personas_differ_by_more_than_the_models_own_noise(whole):
    again = drawn_again(whole, factories.simulated)
    assert again.equals(REPEATS.conform(again))
    assert len(again) == 5 * 4 * 2
    found = report(whole, again)
    assert set(found["n_cells"]) == {20}
    assert (found["low"] > 0).all()
    assert ((found["between_personas"] - found["between_draws"] - found["effect"]).abs() < 1e-9).all()


MADE = {"status": "ok", "reason": None, "raw_text": None, "model": "m", "template": "t", "request_hash": "h"}
MADE |= {"simulated": True}


def compared(texts):
    """The report's row on revisions by words, of texts by persona, prompt and draw."""
    rows = REVISIONS.frame(
        {**MADE, "pair_id": f"{who} {about}", "persona_id": who, "prompt_id": about, "text": text}
        for (who, about, _), text in texts.items()
    )
    draws = pd.Series([draw for _, _, draw in texts])
    core = pd.DataFrame({"pair_id": rows["pair_id"].unique(), "core": True})
    again = rows[draws > 0].assign(draw=draws[draws > 0], evaluation=None, suggestions=None)
    found = diversity(core, CRITIQUES.frame(), rows[draws == 0], REPEATS.conform(again), seed=1, resamples=300)
    return found.set_index(["part", "measure"]).loc[("revision", "words")]


def test_where_personas_make_no_difference_the_effect_is_none():
    rng, words = np.random.default_rng(1), [f"word{n}" for n in range(12)]
    texts = {
        (f"p{who}", f"q{about}", draw): " ".join(rng.choice(words, 6))
        for who, about, draw in itertools.product(range(8), range(4), range(3))
    }
    found = compared(texts)
    assert found["low"] < 0 < found["high"]
    assert abs(found["effect"]) < 0.05


def test_distances_are_those_of_a_hand_worked_case():
    # one prompt, two personas, two draws each: the same word is 0 apart, another one 1
    texts = {("p", "x", 0): "red", ("p", "x", 1): "red", ("q", "x", 0): "blue", ("q", "x", 1): "green"}
    found = compared(texts)
    # between: every text is 1 from the other persona's; within: 0 for p, 1 for q
    assert (found["between_personas"], found["between_draws"], found["effect"]) == pytest.approx((1.0, 0.5, 0.5))
    assert found["reason"] == "insufficient: 2 items of 30"


def test_without_repetitions_the_distance_between_personas_stands_alone(whole):
    found = report(whole, REPEATS.frame())
    assert found["between_personas"].gt(0).all()
    assert found[["between_draws", "effect", "low", "high"]].isna().all(axis=None)
    assert found["reason"].str.startswith("no critique or revision was drawn again").all()


def test_without_a_core_nothing_can_be_compared(whole):
    rows = diversity(
        whole.assignments.assign(core=False), whole.critiques, whole.revisions, REPEATS.frame(), seed=1, resamples=300
    )
    assert rows["between_personas"].isna().all()
    assert rows["reason"].str.startswith("no prompt has texts for two personas").all()
