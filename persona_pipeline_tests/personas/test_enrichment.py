import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_pipeline.errors import ConfigError, ShortfallError
from persona_pipeline.personas import consistency
from persona_pipeline.personas.enrichment import accepted, parse, requests
from persona_pipeline.personas.profile import profiles
from persona_pipeline.schemas.persona import (
    APPLIES_FROM_AGE,
    ATTRIBUTE_NAMES,
    CENSUS_ATTRIBUTES,
    PERSONAS,
    WRITTEN_ATTRIBUTES,
    reasons,
)
from persona_pipeline_tests.personas.people import NO_JOB, crowd, person, population
from persona_pipeline_tests.personas.replies import WRITTEN, answers, said, verdict, wrote

NEVER_WORKED = "Unemployed And Last Worked 5 Years Ago Or Earlier Or Never Worked"


def one(**facts: object) -> pd.DataFrame:
    return profiles(population(person(**facts)), count=1, reserve=0, seed=1)


def enriched(rows: pd.DataFrame, reply: object) -> pd.DataFrame:
    asked = requests(rows, model="sim-a")
    return parse(rows, asked, answers(asked, reply))  # type: ignore[arg-type]


def verdicts(rows: pd.DataFrame, but: dict[str, object] | None = None) -> pd.DataFrame:
    asked = consistency.requests(rows, model="sim-a")
    return consistency.parse(rows, asked, answers(asked, verdict(True), but=but))  # type: ignore[arg-type]


def test_the_first_consistent_profiles_of_the_draw_are_accepted() -> None:
    rows = profiles(crowd(60), count=20, reserve=0, seed=2)
    second = rows["persona_id"][1]
    found = accepted(rows.sample(frac=1, random_state=3), verdicts(rows, {second: verdict(False)}), count=3)
    assert found["draw"].tolist() == [0, 2, 3]


def test_too_few_consistent_profiles_is_an_error_that_says_what_became_of_the_others() -> None:
    people = population(*(person(f"p{i}") for i in range(4)), person("bride", age=10, marital_status="Married"))
    rows = profiles(people, count=5, reserve=0, seed=2)
    asked_ids = [q.row_id for q in consistency.requests(rows, model="sim-a")]
    mixed = verdicts(rows, {asked_ids[0]: verdict(False), asked_ids[1]: said("maybe")})
    with pytest.raises(ShortfallError) as raised:
        accepted(rows, mixed, count=3)
    message = str(raised.value)
    assert "2 of 5 profiles are consistent" in message
    assert "rejected by the rule married_child: 1, rejected by the model: 1, without a verdict: 1" in message
    assert "Raise `reserve`" in message


def test_a_count_below_one_is_an_error() -> None:
    with pytest.raises(ConfigError, match="0 personas"):
        accepted(one(), verdicts(one()), count=0)


def test_the_prompt_holds_persona_and_cues() -> None:
    rows = one()
    (asked,) = requests(rows, model="sim-a")
    system, user = asked.messages
    row = rows.iloc[0]
    assert system.content.startswith("Task: enrich_persona\n")
    assert f"<cues>\nquirk: {row['quirk_cue']}\nmannerism: {row['mannerism_cue']}\n" in user.content
    assert f"pastime: {row['personal_time_cue']}\ncore values: {row['core_values']}\n</cues>" in user.content
    assert (asked.stage, asked.row_id) == ("personas.personas", row["persona_id"])


def test_a_usable_answer_fills_the_open_ended_attributes_and_nothing_else() -> None:
    rows = one()
    found = enriched(rows, wrote())
    assert found.columns.tolist() == PERSONAS.column_names
    assert {name: found[name][0] for name in WRITTEN_ATTRIBUTES} == WRITTEN
    assert found["not_applicable"][0] == rows["not_applicable"][0]
    assert (found["status"][0], found["simulated"][0]) == ("ok", True)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"age": 8}, f"no occupation: {NO_JOB}"),
        ({"employment_status": "Unemployed", "occupation_category": NEVER_WORKED}, f"no occupation: {NEVER_WORKED}"),
    ],
)
def test_a_job_described_for_somebody_without_an_occupation_is_ignored(facts: dict[str, object], why: str) -> None:
    found = enriched(one(**facts), wrote(detailed_job_description="Runs a circus."))
    assert found["detailed_job_description"][0] is None
    assert reasons(found["not_applicable"][0])["detailed_job_description"] == why
    assert found["lifestyle"][0] == WRITTEN["lifestyle"]


@pytest.mark.parametrize("described", [None, "  ", "N/A", "Not applicable.", "none"])
def test_a_missing_job_description_is_null_with_a_reason(described: str | None) -> None:
    found = enriched(one(), wrote(detailed_job_description=described))
    assert found["detailed_job_description"][0] is None
    assert reasons(found["not_applicable"][0])["detailed_job_description"].startswith("no usable answer: no job")
    assert found["status"][0] == "ok"


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (said("Once upon a time"), "invalid"),
        (wrote(lifestyle=""), "invalid"),
        (wrote(mannerisms=None), "invalid"),
        (wrote(mannerisms="Not Applicable"), "invalid"),
        (said(None, "failed", failure_kind="rate_limit", failure="slow down"), "failed"),
        (said(json.dumps(WRITTEN)[:40], "truncated"), "truncated"),
        (said("", "empty"), "empty"),
    ],
)
def test_an_unusable_answer_leaves_the_facts_and_says_why_the_rest_is_null(reply: object, status: str) -> None:
    rows = one()
    found = enriched(rows, reply)
    assert found["status"][0] == status
    assert found["reason"][0]
    for name in WRITTEN_ATTRIBUTES:
        assert found[name][0] is None
        assert reasons(found["not_applicable"][0])[name] == f"no usable answer: {found['reason'][0]}"
    pd.testing.assert_frame_equal(found[list(CENSUS_ATTRIBUTES)], rows[list(CENSUS_ATTRIBUTES)])


@settings(max_examples=20)
@given(seed=st.integers(0, 2**31), text=st.text(min_size=1).filter(str.strip))
def test_no_answer_of_a_model_changes_a_census_fact_or_a_draw(seed: int, text: str) -> None:
    people = crowd(40)
    rows = profiles(people, count=25, reserve=0, seed=seed)
    rewritten = json.dumps(WRITTEN | {"lifestyle": text} | dict.fromkeys(CENSUS_ATTRIBUTES, text))
    found = enriched(rows, said(rewritten))
    given_before = [name for name in ATTRIBUTE_NAMES if name not in WRITTEN_ATTRIBUTES]
    pd.testing.assert_frame_equal(found[given_before], rows[given_before])
    records = people.set_index("person_id").loc[found["person_id"], list(CENSUS_ATTRIBUTES)].reset_index(drop=True)
    pd.testing.assert_frame_equal(found[list(CENSUS_ATTRIBUTES)], records)


def test_every_null_attribute_of_a_persona_has_its_reason() -> None:
    rows = profiles(crowd(40), count=40, reserve=0, seed=3)
    for row in enriched(rows, wrote(detailed_job_description=None)).to_dict("records"):
        assert {n for n in ATTRIBUTE_NAMES if pd.isna(row[n])} == set(reasons(row["not_applicable"]))


@pytest.mark.parametrize(("count", "train"), [(1, 1), (8, 5), (100, 63)])
def test_the_split_has_the_papers_shares_exactly(count: int, train: int) -> None:
    # 1 × 0.6305 = 0.63 → 1; 8 × 0.6305 = 5.04 → 5; 100 × 0.6305 = 63.05 → 63
    found = enriched(profiles(crowd(120), count=count, reserve=0, seed=3), wrote())
    assert (found["split"] == "train").sum() == train


def test_the_papers_number_of_personas_gives_its_split() -> None:
    found = enriched(profiles(crowd(200), count=1586, reserve=0, seed=3), said(None, "empty"))
    assert found["split"].value_counts().to_dict() == {"train": 1000, "test": 586}


def test_the_split_does_not_depend_on_the_order_of_the_rows() -> None:
    rows = profiles(crowd(60), count=50, reserve=0, seed=3)
    first = enriched(rows, wrote()).set_index("persona_id")["split"]
    again = enriched(rows.sample(frac=1, random_state=1), wrote()).set_index("persona_id")["split"]
    pd.testing.assert_series_equal(first, again.loc[first.index])


def test_the_control_arm_has_every_fact_and_draw_and_nothing_written() -> None:
    rows = profiles(crowd(60), count=30, reserve=0, seed=3)
    control = parse(rows, [], [], variant="demographics_only")
    written = enriched(rows, wrote())
    same = [n for n in PERSONAS.column_names if n in rows.columns and n != "not_applicable"] + ["split"]
    pd.testing.assert_frame_equal(control[same], written[same])  # one persona in both arms, under one id
    assert control[list(WRITTEN_ATTRIBUTES)].isna().all(axis=None)
    assert set(control["variant"]) == {"demographics_only"}
    assert set(written["variant"]) == {"enriched"}
    assert set(control["status"]) == {"not_asked"}
    assert {reasons(text)["lifestyle"] for text in control["not_applicable"]} == {
        "not written: the demographics-only variant"
    }


@pytest.mark.parametrize("age", [0, 4, 10, 14, 15, 16, 17])
def test_what_does_not_apply_to_a_child_is_null_with_the_reason(age: int) -> None:
    found = enriched(one(age=age), wrote()).iloc[0]
    for name, applies_from in APPLIES_FROM_AGE.items():
        if age < applies_from:
            assert pd.isna(found[name]), name
            assert reasons(found["not_applicable"])[name], name
    assert found["religion"]  # its household's
    assert found["adult"] == False  # noqa: E712  (a nullable boolean)
