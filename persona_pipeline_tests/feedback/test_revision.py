import pytest

from persona_pipeline.feedback import revision
from persona_pipeline.schemas.feedback import REVISIONS
from persona_pipeline_tests.feedback import chain, factories


@pytest.fixture(scope="module")
def whole():
    return chain.run(factories.simulated)


def revised(whole, text):
    """The rows when every revision is this text; None stands for the base answer itself."""
    requests = revision.requests(whole.assignments, whole.base, whole.critiques, whole.prompts, model="m")
    base = dict(zip(whole.pairs["pair_id"], whole.pairs["rejected"], strict=True))
    replies = factories.answers(
        requests,
        lambda request: factories.said(f"REVISED PREFERENCE: {text or base[request.row_id]}\nDONE"),
    )
    return revision.parse(whole.assignments, whole.base, whole.critiques, requests, replies)


def test_a_revision_request_shows_the_critique_but_never_the_persona(whole):
    requests = revision.requests(whole.assignments, whole.base, whole.critiques, whole.prompts, model="m")
    assert [request.row_id for request in requests] == whole.assignments["pair_id"].tolist()
    for request in requests:
        user = request.messages[1].content
        assert "<critique>\nEVALUATION: " in user
        assert "<persona>" not in user
        assert "hens" not in user


def test_every_assignment_has_a_revision(whole):
    assert list(whole.revisions.columns) == REVISIONS.column_names
    assert whole.revisions["pair_id"].tolist() == whole.assignments["pair_id"].tolist()
    assert set(whole.revisions["status"]) == {"ok"}


def test_the_text_is_what_stands_between_heading_and_end(whole):
    assert set(revised(whole, "Own one.")["text"]) == {"Own one."}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "the revision is identical to the base answer"),
        ("Own one.\nDONE\nBye", "a part of the format is left in the text"),
        ("Own one. EVALUATION: better", "a part of the format is left in the text"),
        (" ", "the answer does not have the format REVISED PREFERENCE: … DONE"),
        ("The rewritten answer.", "REVISED PREFERENCE repeats the instructions"),
        ("The rewritten answer is shorter now.", "the text speaks of the revision instead of giving it"),
    ],
)
def test_what_is_no_revision_is_invalid_with_the_reason(whole, text, reason):
    rows = revised(whole, text)
    assert set(rows["status"]) == {"invalid"}
    assert set(rows["reason"]) == {reason}
    assert rows["text"].isna().all()
    assert rows["raw_text"].notna().all()


def test_a_failing_endpoint_leaves_a_reason_in_every_row():
    rows = chain.run(lambda requests: factories.answers(requests, lambda _: factories.TIMEOUT)).revisions
    assert len(rows) == 12
    assert set(rows["status"]) == {"not_asked"}
    assert set(rows["reason"]) == {"the base answer was failed"}


def test_no_revision_is_asked_for_where_the_critique_is_unusable(whole):
    broken = whole.critiques.assign(status="invalid", evaluation=None, suggestions=None)
    assert revision.requests(whole.assignments, whole.base, broken, whole.prompts, model="m") == []
    rows = revision.parse(whole.assignments, whole.base, broken, [], [])
    assert set(rows["reason"]) == {"the critique was invalid"}
