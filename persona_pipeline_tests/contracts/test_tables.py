"""Every table, every rule: a row that passes and a row that fails, and fails just that check."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest

from persona_pipeline.feedback.quality_rules import QUALITY_RULES
from persona_pipeline.quality import admit
from persona_pipeline.quality.expectations import run_expectations
from persona_pipeline.quality.gate import Verdict, all_rules
from persona_pipeline.quality.rules import CHECKS, COLUMNS, Rule, rules_of
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas import dictionary  # noqa: F401  (imports every schema)
from persona_pipeline.schemas.tables import TABLES, Table
from persona_pipeline_tests.rows import good_frame, references

ALL = [table for _, table in TABLES.items()]
DERIVED = [(table, rule) for table in ALL for rule in rules_of(table) if rule.holds is None and rule.check != COLUMNS]


@cache
def good_references(table: Table) -> dict[str, pd.DataFrame]:
    return references(good_frame(table))


def judged(table: Table, frame: pd.DataFrame) -> Verdict:
    return admit(table, frame, good_references(table))


def breaks(table: Table, frame: pd.DataFrame, rule: Rule) -> bool:
    """Whether the rule, run alone, finds fault with the rows; the gate runs all rules in the same way."""
    found = run_expectations(table.conform(frame), [rule], good_references(table))
    return [finding.rule for finding in found] == [rule]


def failing(verdict: Verdict) -> set[str]:
    return {check.check for check in verdict.checks if not check.passed}


def named(value: Any) -> str:
    return value.path if isinstance(value, Table) else value.name


@pytest.mark.parametrize("table", ALL, ids=named)
def test_good_rows_are_admitted(table: Table) -> None:
    verdict = judged(table, good_frame(table))
    assert verdict.admitted, verdict.summary
    assert failing(verdict) == set()


@pytest.mark.parametrize("table", ALL, ids=named)
def test_every_table_and_column_is_described_and_keyed(table: Table) -> None:
    assert table.description.endswith(".")
    assert all(column.description.endswith((".", ")")) for column in table.columns)
    assert not any(table.column(name).nullable for name in table.key)


@pytest.mark.parametrize(("table", "rule"), DERIVED, ids=named)
def test_a_row_that_breaks_a_columns_rule_is_found(table: Table, rule: Rule) -> None:
    # that good rows pass the same rule is test_good_rows_are_admitted
    assert breaks(table, BREAKS[rule.expectation](good_frame(table), rule), rule)


@pytest.mark.parametrize("table", ALL, ids=named)
def test_a_row_without_a_required_value_is_found_whichever_column_it_is(table: Table) -> None:
    required = [column.name for column in table.columns if not column.nullable]
    frame = good_frame(table, len(required)).astype(object)
    for row, name in enumerate(required):
        frame.loc[row, name] = None
    [rule] = [rule for rule in rules_of(table) if rule.check == "required_values"]
    [finding] = run_expectations(table.conform(frame), [rule], {})
    assert finding.rows == tuple(range(len(required)))
    assert all(f"without {name}" in finding.message for name in required[:50])  # rows that are looked at for a message


@pytest.mark.parametrize("table", ALL, ids=named)
def test_a_column_too_few_or_too_many_keeps_the_candidate_out(table: Table) -> None:
    good = good_frame(table)
    for wrong in (good.drop(columns=good.columns[0]), good.assign(unheard_of=1)):
        verdict = judged(table, wrong)
        assert not verdict.admitted
        assert failing(verdict) == {"columns_and_types"}


def _too_few_rows(frame: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    if rule.arguments["min_value"] == 0:
        pytest.skip("this table may be empty")
    return frame.iloc[:0]


def _same_row_twice(frame: pd.DataFrame, _: Rule) -> pd.DataFrame:
    return pd.concat([frame, frame.iloc[[0]]])


def _put(value: Any) -> Callable[[pd.DataFrame, Rule], pd.DataFrame]:
    return lambda frame, rule: frame.assign(**{rule.arguments["column"]: value})


def _out_of_bounds(frame: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    low, high = rule.arguments["min_value"], rule.arguments["max_value"]
    return _put(low - 1 if low is not None else high + 1)(frame, rule)


BREAKS: dict[str, Callable[[pd.DataFrame, Rule], pd.DataFrame]] = {
    "ExpectTableRowCountToBeBetween": _too_few_rows,
    "ExpectColumnValuesToBeUnique": _same_row_twice,
    "ExpectCompoundColumnsToBeUnique": _same_row_twice,
    "ExpectColumnValuesToBeInSet": _put("a level nobody knows"),
    "ExpectColumnValuesToBeBetween": _out_of_bounds,
    "ExpectColumnValuesToMatchRegex": _put("no such pattern"),
    "ExpectColumnValueLengthsToBeBetween": _put(""),
}

SUITE_BREAKS: dict[tuple[str, str], dict[str, Any]] = {
    ("census.persons", "some_weight"): {"pwgtp": 0},
    ("census.households", "household_type_agrees"): {"household_type_differs": True},
    ("census.households", "household_language_agrees"): {"household_language_differs": True},
    ("census.households", "family_presence_and_age_agrees"): {"family_presence_and_age_differs": True},
    ("census.population", "nulls_have_reasons"): {"sex": None},
    ("census.population", "dictionary_labels"): {"sex": "Woman"},
    ("census.margins", "shares_sum_to_one"): {"share": 0.4},
    ("census.margins", "error_or_reason"): {"se": 0.1},
    ("census.pair_margins", "shares_sum_to_one"): {"share": 0.4},
    ("census.pair_margins", "error_or_reason"): {"se": None},
    ("personas.profiles", "nulls_have_reasons"): {"not_applicable": '{"sex": "N/A"}'},
    ("personas.profiles", "dictionary_labels"): {"race": "Caucasian"},
    ("personas.profiles", "census_facts_unchanged"): {"age": 44},
    ("personas.personas", "nulls_have_reasons"): {"lifestyle": None},
    ("personas.personas", "dictionary_labels"): {"class_of_worker": "Not applicable"},
    ("personas.personas", "census_facts_unchanged"): {"income": 41001},
    ("personas.personas", "nothing_before_its_age"): {"age": 9},
    ("personas.personas", "nulls_not_in_words"): {"lifestyle": "Not Applicable."},
    ("personas.consistency", "a_verdict_exactly_when_usable"): {"consistent": None},
    ("personas.fidelity", "no_label_drift"): {"label_drift": 1},
    ("personas.fidelity", "within_sampling_error"): {"corrected_p": 0.009},
    ("personas.fidelity", "tested_or_said_why"): {"p_value": None},
    ("personas.associations", "no_value_without_a_reason"): {"difference": None},
    ("personas.calibration", "the_mean_is_no_larger_than_the_largest"): {"mean_margin_error": 0.5},
    ("personas.drift", "no_value_without_a_reason"): {"shift": None},
    ("personas.profiles", "big_five_within_norms"): {"openness": 1.0},
    ("personas.rarity", "nobody_is_their_own_nearest"): {"persona_id": "same", "nearest_persona_id": "same"},
    ("prompts.flags", "a_duplicate_names_another"): {"rule": "near_duplicate"},
    ("prompts.verdicts", "a_verdict_exactly_when_usable"): {"score": None},
    ("prompts.decisions", "the_majority_decided"): {"agreement": 0.4},
    ("prompts.prompts", "the_split_is_even_over_topics"): {
        "topic": list("aaaabbbb"),
        "split": ["train"] * 4 + ["held_out"] * 4,
    },
    ("prompts.prompts", "a_topic_has_its_terms"): {"topic_terms": [f"term {n}" for n in range(8)]},
    ("prompts.topics", "a_name_exactly_when_usable"): {"name": None},
    ("prompts.topics", "sizes_add_up"): {"train": 2},
    ("prompts.classifier_quality", "no_value_without_a_reason"): {"value": None},
    ("prompts.classifier_quality", "prompts_add_up"): {"n_unscored": 1},
    ("prompts.decisions", "kept_only_by_a_usable_verdict"): {"status": "failed", "reason": "server: no"},
    ("prompts.decisions", "a_rule_that_decided_is_named"): {"rule": "too_few_words"},
    ("prompts.decisions", "what_is_given_is_kept_unasked"): {"decided_by": "given"},
    ("feedback.assignments", "unseen_prompts_are_for_testing"): {"question_type": "unseen"},
    ("feedback.assignments", "all_answer_the_core"): {"persona_id": ["a", "b"], "core": [True, False]},
    ("feedback.base_responses", "text_exactly_when_usable"): {"text": None},
    ("feedback.critiques", "text_exactly_when_usable"): {"suggestions": None},
    ("feedback.revisions", "text_exactly_when_usable"): {"status": "truncated", "reason": "cut"},
    ("feedback.pair_quality", "the_verdict_follows_the_rules"): {"dropped_by": "unchanged"},
    ("feedback.pair_quality", "a_reason_unless_good"): {"reason": "but why"},
    **{("feedback.pair_quality", f"no_pair_{name}"): {"flagged_by": f"{name},other"} for name in QUALITY_RULES},
    ("feedback.preference_pairs", "the_sides_differ"): {"chosen": "Rather longer. "},
    ("feedback.preference_pairs", "the_revision_is_no_longer"): {"chosen": "Now this one is the longer."},
    ("feedback.judgements", "the_preference_is_the_choice"): {"choice": "B"},
    ("feedback.repeats", "text_exactly_when_usable"): {"text": None},
    ("feedback.rejudgements", "compared_exactly_when_usable"): {"same": None},
    ("feedback.judge_drift", "no_value_without_a_reason"): {"agreement": None},
    ("feedback.judge_drift", "as_steady_as_before"): {"agreement_before": 0.99, "p_value": 0.001},
    ("feedback.independence", "topics_are_independent"): {"verdict": "dependent"},
    ("feedback.independence", "tested_or_said_why"): {"p_value": None},
    ("feedback.judge_agreement", "no_value_without_a_reason"): {"value": None},
    ("feedback.judge_agreement", "the_interval_is_in_order"): {"low": 0.99},
    ("feedback.judge_agreement", "no_favourite_side"): {"measure": "side_difference"},
    ("feedback.diversity", "no_value_without_a_reason"): {"effect": None},
    ("feedback.diversity", "personas_differ_more_than_draws"): {"low": -0.1},
    ("agreement.study_items", "a_repeat_names_its_item"): {"kind": "repeat"},
    ("agreement.study_items", "a_check_has_an_expected_side"): {"expected_side": "A"},
    ("agreement.ratings", "a_choice_exactly_when_usable"): {"choice": None},
    ("agreement.human_ratings", "what_counts_is_whole"): {"choice": None},
    ("agreement.scores", "no_value_without_a_reason"): {"value": None},
    ("agreement.scores", "the_interval_is_in_order"): {"low": 0.7},
    ("agreement.subgroup_scores", "no_value_without_a_reason"): {"value": None},
    ("agreement.subgroup_scores", "the_interval_is_in_order"): {"low": 0.7},
    ("agreement.kappa_matrix", "no_value_without_a_reason"): {"kappa": None},
    ("agreement.kappa_matrix", "the_interval_is_in_order"): {"low": 0.7},
    ("agreement.variance", "no_value_without_a_reason"): {"variance": None},
    ("agreement.variance", "the_interval_is_in_order"): {"low": 0.7},
    ("agreement.leave_one_out", "the_interval_is_in_order"): {"kappa_low": 0.7},
    ("agreement.majorities", "a_majority_or_a_reason"): {"majority": None},
    ("agreement.majorities", "votes_add_up"): {"n_b": 3},
    ("agreement.leave_one_out_choices", "a_choice_exactly_when_usable"): {"choice": None},
    ("agreement.alt_test", "a_verdict_exactly_for_a_model"): {"winning_rate": None},
    ("bench.answers", "text_exactly_when_usable"): {"text": None},
    ("bench.scores", "items_add_up"): {"n_unscored": 0},
    ("bench.scores", "no_value_without_a_reason"): {"accuracy": None},
    ("bench.scores", "the_judge_is_not_the_judged"): {"judge": "one", "judged_model": "one"},
    ("bench.scores", "the_anchor_or_why_not"): {"human_reason": None},
    ("bench.design", "one_hash"): {"design_hash": ["one", "another"]},
    ("bench.subtlety", "a_verdict_exactly_when_usable"): {"subtle": None},
    ("bench.pass_at_k", "no_value_without_a_reason"): {"value": None},
    ("bench.pass_at_k", "the_interval_is_in_order"): {"low": 0.7},
    ("bench.comparisons", "no_value_without_a_reason"): {"difference": None},
    ("bench.comparisons", "the_interval_is_in_order"): {"low": 0.7},
    ("bench.leaderboard", "no_value_without_a_reason"): {"accuracy": None},
    ("bench.leaderboard", "ranks_in_order"): {"rank_best": 2, "rank_worst": 1},
    ("bench.intersections", "no_value_without_a_reason"): {"accuracy": None},
    ("bench.intersections", "the_interval_is_in_order"): {"low": 0.7},
    ("bench.leave_one_out_answers", "text_exactly_when_usable"): {"text": None},
    ("bench.leave_one_out_verdicts", "a_verdict_exactly_when_usable"): {"needs_revision": None},
    ("bench.leave_one_out_verdicts", "something_is_withheld_from_somebody"): {"attribute": "age"},
    ("bench.leave_one_out", "no_value_without_a_reason"): {"difference": None},
    ("bench.leave_one_out", "the_interval_is_in_order"): {"low": 0.7},
    ("bench.leave_one_out", "items_that_differ_are_among_all"): {"only_whole": 1},
    ("bench.summary_drops", "the_share_is_the_counts"): {"n_dropped": 2},
}
"""For every rule of a suite, what has to be put into a good row to break it; a list: one value for each of as many."""

ANSWERS = [table for table in ALL if {"status", "reason"} <= set(table.column_names)]


@pytest.mark.parametrize("table", ANSWERS, ids=named)
def test_a_usable_row_has_no_reason_and_an_unusable_one_has(table: Table) -> None:
    good = good_frame(table)
    rule = next(rule for rule in rules_of(table) if rule.check == "status_and_reason")
    assert breaks(table, good.assign(status="failed"), rule)
    assert breaks(table, good.assign(reason="but why"), rule)
    assert not breaks(table, good.assign(status="failed", reason="timeout"), rule)


@pytest.mark.parametrize(("path", "check"), SUITE_BREAKS, ids=lambda value: value)
def test_a_row_that_breaks_a_suites_rule_is_found(path: str, check: str) -> None:
    table = TABLES.get(path)
    put_in = SUITE_BREAKS[path, check]
    count = max((len(value) for value in put_in.values() if isinstance(value, list)), default=2)
    broken = good_frame(table, count).assign(**put_in)
    rules = [rule for rule in all_rules(table, table.conform(broken)) if rule.check == check]
    assert any(breaks(table, broken, rule) for rule in rules)


def test_a_failing_rule_keeps_the_candidate_out_and_a_failing_warning_does_not() -> None:
    for path, check in (("personas.fidelity", "no_label_drift"), ("bench.scores", "items_add_up")):
        table = TABLES.get(path)
        verdict = judged(table, good_frame(table).assign(**SUITE_BREAKS[path, check]))
        assert failing(verdict) == {check}
        assert not verdict.admitted
        assert check in verdict.summary


def test_every_rule_of_every_suite_is_broken_once_above() -> None:
    there = {(path, rule.check) for path, suite in SUITES.items() for rule in suite(None)}
    assert there == set(SUITE_BREAKS)


def test_no_suite_takes_the_name_of_a_columns_check() -> None:
    assert not {check for _, check in SUITE_BREAKS} & set(CHECKS)


def test_every_suite_belongs_to_a_table() -> None:
    assert set(SUITES) <= set(TABLES)


def test_a_rule_whose_tables_are_not_given_keeps_the_candidate_out() -> None:
    table = TABLES.get("personas.personas")
    verdict = admit(table, good_frame(table))
    assert not verdict.admitted
    assert "not checked: the rows of census.population were not given" in verdict.summary
