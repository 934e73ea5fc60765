import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.feedback.pairs import dropped_pairs, joined, preference_pairs
from persona_pipeline.feedback.quality import counts, pair_quality
from persona_pipeline.schemas.feedback import PAIR_QUALITY
from persona_pipeline_tests.feedback import chain, factories

LONG = "A tram that is free for all costs somebody else a good deal. " * 9


@pytest.fixture(scope="module")
def whole():
    return chain.run(factories.simulated)


def judged(whole, texts, **severities):
    """Quality and pairs when the first revisions are these texts."""
    written = [*texts, *whole.revisions["text"][len(texts) :]]
    steps = (whole.assignments, whole.base, whole.critiques, whole.revisions.assign(text=written))
    quality = pair_quality(joined(*steps, whole.prompts), whole.personas, severities=severities)
    return quality, preference_pairs(*steps, whole.prompts, quality), dropped_pairs(*steps, quality)


def test_what_the_simulated_model_writes_is_good(whole):
    assert list(whole.quality.columns) == PAIR_QUALITY.column_names
    assert set(whole.quality["verdict"]) == {"good"}
    assert whole.quality["words_chosen"].lt(whole.quality["words_rejected"]).all()
    assert whole.quality["similarity"].between(0, 0.3).all()


def test_a_bad_pair_stays_as_a_row_with_its_reason_and_makes_no_pair(whole):
    quality, pairs, dropped = judged(whole, ["I can't help with that.", "Free. EVALUATION, too."])
    assert quality["verdict"].tolist()[:3] == ["dropped", "dropped", "good"]
    assert quality["dropped_by"].tolist()[:3] == ["refused", "format_residue", None]
    assert quality["reason"].tolist()[0] == 'refused: the revision says "I can\'t help"'
    assert dropped == {"quality: format_residue": 1, "quality: refused": 1}
    assert len(quality) == len(pairs) + sum(dropped.values()) == len(whole.assignments)


def test_a_longer_revision_is_flagged_and_the_pair_says_so(whole):
    quality, pairs, dropped = judged(whole, [LONG])
    assert quality["verdict"].tolist()[:2] == ["flagged", "good"]
    assert pairs["flags"].tolist()[:2] == ["longer_than_base", None]
    assert dropped == {}


def test_a_rules_severity_can_be_changed(whole):
    assert judged(whole, [LONG], longer_than_base="drop")[2] == {"quality: longer_than_base": 1}
    assert judged(whole, [LONG], longer_than_base="ignore")[0]["verdict"][0] == "good"


def test_a_pair_with_two_faults_is_counted_once_under_the_first_and_names_both(whole):
    quality, _, dropped = judged(whole, ["As a 20-year-old I can't help with that."])
    assert quality["dropped_by"][0] == "refused,persona_quoted"
    assert dropped == {"quality: refused": 1}
    by_rule = {"dropped_by refused": 1, "dropped_by persona_quoted": 1}
    assert counts(quality) == {"pairs good": 11, "pairs dropped": 1, **by_rule}


@pytest.mark.parametrize("wrong", [{"too_long": "drop"}, {"refused": "forget"}])
def test_an_unknown_rule_or_severity_lists_those_there_are(whole, wrong):
    with pytest.raises(ConfigError, match=r"drop, flag, ignore for one of: unchanged, format_residue"):
        judged(whole, [], **wrong)


def test_any_part_of_the_pairs_is_judged_as_in_the_whole(whole):
    part = whole.assignments[4:9]
    steps = (part, whole.base, whole.critiques, whole.revisions)
    quality = pair_quality(joined(*steps, whole.prompts), whole.personas)
    assert quality.equals(whole.quality[4:9].reset_index(drop=True))
