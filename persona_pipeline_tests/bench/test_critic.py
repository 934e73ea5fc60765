import pytest

from persona_pipeline.bench import critic
from persona_pipeline.schemas.bench import CRITIQUES
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories


def yes(_):
    return factories.said("Yes.")


def test_the_critic_sees_the_persona_even_where_the_answer_was_for_anybody():
    bench = run(yes, lambda _: verdict(True))
    requests = critic.requests(bench.answers, bench.personas, bench.prompts, judge="sim-a")
    first, row = requests[0].messages[1].content, bench.answers.iloc[0]
    assert row["mode"] == "baseline"
    assert f"Keeps {row['persona_id'].removeprefix('persona-')} hens." in first
    assert first.index("<persona>") < first.index("<question>") < first.index("<answer>\nYes.\n</answer>")
    assert requests[0].messages[0].content.startswith("Task: critic\n")


def test_a_verdict_is_read_with_both_critics_words():
    rows = run(yes, lambda _: verdict(True)).critiques
    assert list(rows.columns) == CRITIQUES.column_names
    first = rows.iloc[0]
    assert (first["personalisation"], first["helpfulness"], first["conclusion"]) == ("p", "h", "c")
    assert rows["needs_revision"].all()


def test_an_unusable_answer_is_not_criticised_but_has_a_row():
    rows = run(lambda _: {"status": "filtered", "text": None}, lambda _: verdict(False)).critiques
    assert len(rows) == 24
    assert set(rows["reason"]) == {"the answer was filtered"}
    assert rows["needs_revision"].isna().all()


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (factories.TIMEOUT, "failed"),
        (factories.said("It is fine."), "invalid"),
        (factories.said('{"needs_revision": false}'), "invalid"),
    ],
)
def test_no_verdict_is_null_and_neither_success_nor_failure(reply, status):
    rows = run(yes, lambda _: reply).critiques
    assert set(rows["status"]) == {status}
    assert rows["needs_revision"].isna().all()
    assert rows["reason"].notna().all()
