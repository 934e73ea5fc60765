from persona_pipeline.feedback import critique
from persona_pipeline.schemas.feedback import CRITIQUES
from persona_pipeline_tests.feedback import chain, factories


def failing(n, reply):
    """A simulated model whose first n replies of each wave are `reply`."""

    def ask(requests):
        return factories.answers(requests[:n], lambda _: reply) + factories.simulated(requests[n:])

    return ask


def test_a_critique_request_shows_persona_question_and_answer_in_this_order():
    whole = chain.run(factories.simulated)
    request = critique.requests(whole.assignments, whole.base, whole.personas, whole.prompts, model="m")[0]
    first = whole.assignments.iloc[0]
    answer = whole.base.set_index("base_id")["text"][first["base_id"]]
    user = request.messages[1].content
    assert request.row_id == first["pair_id"]
    assert user.startswith("<persona>\nage: 20\nsex: Female\nplace of birth: Wyoming/WY\n")
    assert user.index("<question>") < user.index(f"<answer>\n{answer}\n</answer>")


def test_every_assignment_has_a_critique_with_both_parts():
    whole = chain.run(factories.simulated)
    assert list(whole.critiques.columns) == CRITIQUES.column_names
    assert whole.critiques["pair_id"].tolist() == whole.assignments["pair_id"].tolist()
    assert set(whole.critiques["status"]) == {"ok"}
    assert whole.critiques["evaluation"].notna().all()
    assert whole.critiques["suggestions"].notna().all()


def test_no_critique_is_asked_for_where_the_base_answer_is_unusable():
    whole = chain.run(failing(2, {"status": "refused", "text": "I cannot."}))
    refused = set(whole.base.loc[whole.base["status"] == "refused", "base_id"])
    expected = whole.assignments["base_id"].isin(refused)
    unasked = whole.critiques[expected]
    assert len(refused) == 2
    assert set(unasked["status"]) == {"not_asked"}
    assert set(unasked["reason"]) == {"the base answer was refused"}
    assert unasked["request_hash"].isna().all()
    assert len(whole.critiques) == len(whole.assignments)


def test_a_critique_without_the_format_is_invalid_and_keeps_what_was_said():
    whole = chain.run(factories.simulated)
    requests = critique.requests(whole.assignments, whole.base, whole.personas, whole.prompts, model="m")
    replies = factories.answers(requests, lambda _: factories.said("I like it."))
    rows = critique.parse(whole.assignments, whole.base, requests, replies)
    assert set(rows["status"]) == {"invalid"}
    assert set(rows["reason"]) == {"the answer does not have the format EVALUATION: … SUGGESTIONS: … DONE"}
    assert set(rows["raw_text"]) == {"I like it."}
    assert rows["evaluation"].isna().all()


def test_a_truncated_critique_is_truncated_and_not_read():
    whole = chain.run(factories.simulated)
    requests = critique.requests(whole.assignments, whole.base, whole.personas, whole.prompts, model="m")
    cut = {"status": "truncated", "text": "EVALUATION: good SUGGESTIONS: sho"}
    rows = critique.parse(whole.assignments, whole.base, requests, factories.answers(requests, lambda _: cut))
    assert set(rows["status"]) == {"truncated"}
    assert rows["suggestions"].isna().all()


def test_where_nothing_was_asked_though_the_base_answer_is_usable_the_row_says_so():
    whole = chain.run(factories.simulated)
    rows = critique.parse(whole.assignments, whole.base, [], [])
    assert set(rows["reason"]) == {"no request was made"}
    rows = critique.parse(whole.assignments, whole.base.head(0), [], [])
    assert set(rows["reason"]) == {"there is no base answer"}


def test_a_critique_that_only_repeats_the_format_is_invalid():
    whole = chain.run(factories.simulated)
    requests = critique.requests(whole.assignments, whole.base, whole.personas, whole.prompts, model="m")
    said = "EVALUATION: your evaluation\nSUGGESTIONS: Shorten it.\nDONE"
    rows = critique.parse(
        whole.assignments, whole.base, requests, factories.answers(requests, lambda _: factories.said(said))
    )
    assert set(rows["status"]) == {"invalid"}
    assert set(rows["reason"]) == {"EVALUATION repeats the instructions"}
    assert rows["evaluation"].isna().all()
