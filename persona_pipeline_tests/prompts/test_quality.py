"""How well a model sorts the labelled prompts, and what the labelled prompts promise."""

import pandas as pd
import pytest

from persona_pipeline.prompts.classification import requests, verdicts
from persona_pipeline.prompts.filtering import flags
from persona_pipeline.prompts.normal import normalised
from persona_pipeline.prompts.quality import STAGE, errors, labelled, quality
from persona_pipeline.prompts.sources import SOURCES, Given
from persona_pipeline.statistics.wilson import wilson
from persona_pipeline_tests.prompts.factories import PRISM, candidates, reply, verdict

# four controversial prompts and four others; the model finds three and is wrong about one of the others
TRUTH = [True, True, True, True, False, False, False, False]
SAYS = [True, True, True, False, True, False, False, False]
HARD = [True] * 2 + [False] * 6


def labels() -> pd.DataFrame:
    ids = [f"p{n}" for n in range(8)]
    return pd.DataFrame(
        {
            "prompt_id": ids,
            "text": [f"Is matter {n} in order?" for n in range(8)],
            "controversial": TRUTH,
            "difficulty": ["hard" if hard else "clear" for hard in HARD],
            "why": "because",
        }
    )


def measured(*answers: list[str | None]) -> pd.DataFrame:
    """The quality when draw n of the prompts gives answers[n]; rows by (subset, metric)."""
    asked = requests(labels(), model="m", draws=len(answers), stage=STAGE)
    given = [answers[request.draw][int(request.row_id[1:])] for request in asked]
    replies = [reply(r, a, "ok" if a else "refused") for r, a in zip(asked, given, strict=True)]
    return quality(labels(), verdicts(asked, replies), draws=len(answers), seed=1).set_index(["subset", "metric"])


def answers(says: list[bool]) -> list[str | None]:
    return [verdict(one) for one in says]


def test_precision_recall_f1_and_accuracy_by_hand():
    """3 of 4 called so are; 3 of 4 that are were found; 6 of 8 are right; F1 = 2·3 / (2·3 + 1 + 1) = 3/4."""
    found = measured(answers(SAYS)).loc["all"]
    assert found["value"][["precision", "recall", "f1", "accuracy"]].tolist() == [0.75, 0.75, 0.75, 0.75]
    counts = ["true_positives", "false_positives", "false_negatives", "true_negatives"]
    assert found.loc["f1", counts].tolist() == [3, 1, 1, 3]
    assert (found.loc["f1", "low"], found.loc["f1", "high"]) != (None, None)
    assert found.loc["f1", "low"] < 0.75 < found.loc["f1", "high"]


def test_the_interval_of_a_share_is_wilsons():
    """3 of 4 at z = 1.959964: (0.75 + z²/8 ± z·√(0.1875/4 + z²/64)) / (1 + z²/4), by hand 0.3006 to 0.9544."""
    found = measured(answers(SAYS)).loc[("all", "precision")]
    assert (found["low"], found["high"]) == (pytest.approx(0.3006, abs=1e-4), pytest.approx(0.9544, abs=1e-4))
    assert wilson(0.0, 10, 0.95).low == pytest.approx(0)
    assert wilson(1.0, 10, 0.95).high == pytest.approx(1)


def test_hard_and_clear_prompts_are_counted_apart():
    found = measured(answers(SAYS))["n_prompts"]
    assert (found["all"].iloc[0], found["hard"].iloc[0], found["clear"].iloc[0]) == (8, 2, 6)


def test_a_prompt_without_a_usable_verdict_is_unscored_and_counts_in_no_metric():
    says = answers(SAYS)
    says[0], says[7] = None, "no json"
    found = measured(says).loc["all"]
    assert found.loc["recall", "value"] == pytest.approx(2 / 3)
    assert found.loc["accuracy", "n_unscored"] == 2


def test_what_is_undefined_is_null_with_a_reason():
    found = measured(answers([False] * 8)).loc["all"]
    assert found.loc["precision", ["value", "reason"]].tolist() == [pd.NA, "it calls nothing controversial"]
    assert found.loc["flip_rate", "reason"] == "nothing was drawn more than once"
    assert found.loc["recall", "value"] == 0


def test_of_several_draws_the_majority_is_the_verdict_and_the_flip_rate_is_reported():
    turned = [not SAYS[0], *SAYS[1:]]
    found = measured(answers(SAYS), answers(turned), answers(SAYS)).loc["all"]
    assert found.loc["recall", "value"] == 0.75
    assert found.loc["flip_rate", "value"] == 1 / 8


def test_errors_are_shown_with_both_reasons():
    asked = requests(labels(), model="m", stage=STAGE)
    judged = verdicts(asked, [reply(r, verdict(s, reason="so")) for r, s in zip(asked, SAYS, strict=True)])
    found = errors(labels(), judged)
    assert found[["controversial", "verdict", "why", "model_reason"]].values.tolist() == [
        [True, False, "because", "so"],
        [False, True, "because", "so"],
    ]


def test_the_labelled_prompts_are_as_the_documents_say():
    ours = labelled()
    assert len(ours) == 170
    assert ours["controversial"].sum() == 85
    assert ours["difficulty"].value_counts().to_dict() == {"clear": 100, "hard": 70}
    assert pd.crosstab(ours["controversial"], ours["difficulty"])["hard"].tolist() == [35, 35]
    assert ours["why"].str.endswith(".").all()
    assert ours["prompt_id"].is_unique


def test_no_rule_has_anything_against_a_labelled_prompt():
    """So that a classifier is measured on what it will be asked."""
    found = flags(candidates(*labelled()["text"]))
    assert found.empty, found


@pytest.mark.parametrize(
    "given", [Given(), pytest.param(Given(PRISM), marks=pytest.mark.skipif(not PRISM.exists(), reason="no PRISM here"))]
)
def test_no_labelled_prompt_is_in_a_source(given):
    theirs = SOURCES.get("prism" if given.path else "embedded").read(given)["text"].map(normalised)
    assert set(labelled()["text"].map(normalised)) & set(theirs) == set()
