import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS
from persona_pipeline_tests.feedback import chain, factories

FATES = [None, factories.TIMEOUT, factories.said("no format"), {"status": "refused", "text": "No."}]


def test_a_whole_chain_becomes_a_pair_of_revision_over_base_answer():
    whole = chain.run(factories.simulated)
    pair = whole.pairs.iloc[0]
    assert list(whole.pairs.columns) == PREFERENCE_PAIRS.column_names
    assert len(whole.pairs) == len(whole.assignments) == 12
    assert whole.dropped == {}
    assert pair["chosen"] == whole.revisions.set_index("pair_id")["text"][pair["pair_id"]]
    base_id = whole.assignments.set_index("pair_id")["base_id"][pair["pair_id"]]
    assert pair["rejected"] == whole.base.set_index("base_id")["text"][base_id]
    assert pair["prompt"] == whole.prompts.set_index("prompt_id")["text"][pair["prompt_id"]]
    assert pair["critique"].startswith("EVALUATION: ")
    assert pair["model"] == "sim-a"


def test_a_pair_with_one_simulated_part_is_simulated():
    def real_revisions(requests):
        replies = factories.simulated(requests)
        if requests and requests[0].stage != "feedback.revisions":
            return replies
        return factories.answers(
            requests, lambda _: {**factories.said("REVISED PREFERENCE: Own one. DONE"), "simulated": False}
        )

    whole = chain.run(real_revisions)
    assert not whole.revisions["simulated"].any()
    assert whole.pairs["simulated"].all()


def test_nothing_real_is_marked_simulated():
    real = [
        factories.said("Perhaps."),
        factories.said("EVALUATION: a SUGGESTIONS: b DONE"),
        factories.said("REVISED PREFERENCE: Own one. DONE"),
    ]
    stages = ["feedback.base_responses", "feedback.critiques", "feedback.revisions"]
    script = dict(zip(stages, real, strict=True))
    whole = chain.run(lambda rs: factories.answers(rs, lambda r: {**script[r.stage], "simulated": False}))
    assert len(whole.pairs) == 12
    assert not whole.pairs["simulated"].any()


def test_what_was_dropped_is_counted_by_the_first_step_that_failed():
    def no_critiques(requests):
        bad = bool(requests) and requests[0].stage == "feedback.critiques"
        return factories.answers(requests, lambda _: factories.TIMEOUT) if bad else factories.simulated(requests)

    whole = chain.run(no_critiques)
    assert whole.dropped == {"critique failed": 12}
    assert whole.pairs.empty
    assert list(whole.pairs.columns) == PREFERENCE_PAIRS.column_names


@settings(max_examples=15)
@given(st.lists(st.sampled_from(FATES), min_size=1, max_size=7))
def test_assignments_are_pairs_and_dropped_whatever_goes_wrong(fates):
    fate = itertools.cycle(fates)

    def ask(requests):
        replies = factories.simulated(requests)
        bad = [next(fate) for _ in requests]
        return [
            reply if wrong is None else factories.answers([request], lambda _, wrong=wrong: wrong)[0]
            for request, reply, wrong in zip(requests, replies, bad, strict=True)
        ]

    whole = chain.run(ask)
    assert len(whole.assignments) == len(whole.critiques) == len(whole.revisions)
    assert len(whole.assignments) == len(whole.pairs) + sum(whole.dropped.values())
