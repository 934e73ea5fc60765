from persona_pipeline.quality import admit
from persona_pipeline.schemas.prompt import CANDIDATES, FLAGS
from persona_pipeline.schemas.tables import TABLES
from persona_pipeline_tests.rows import good_frame


def test_the_rejected_rows_are_named_with_every_rule_they_broke() -> None:
    frame = good_frame(FLAGS, 4)
    frame.loc[1, "similarity"] = 1.5
    frame.loc[3, ["found", "reason", "similarity"]] = [None, "", 2.0]
    frame.loc[3, "action"] = None
    verdict = admit(FLAGS, frame)
    assert verdict.rejected_rows.index.tolist() == [1, 3]
    assert verdict.rejected_rows["failed_rules"].tolist() == [
        "within_bounds: similarity",
        "required_values; well_formed_text: reason; within_bounds: similarity",
    ]
    found = {check.check: check for check in verdict.checks if not check.passed}
    assert found["within_bounds"].failed_rows == (1, 3)
    assert found["within_bounds"].message == "within_bounds: similarity: 2 of 4 rows, such as 1.5, 2.0"
    assert found["required_values"].message == "required_values: 1 of 4 rows, such as without action"


def test_a_value_of_the_wrong_type_is_named_with_its_column() -> None:
    table = TABLES.get("census.margins")
    verdict = admit(table, good_frame(table).astype({"weight": object}).assign(weight="many"))
    assert not verdict.admitted
    assert "the column weight holds a value that is no BIGINT" in verdict.summary
    assert len(verdict.rejected_rows) == 0


def test_a_warning_alone_does_not_reject() -> None:
    table = TABLES.get("feedback.preference_pairs")
    verdict = admit(table, good_frame(table).assign(chosen="This answer is the longer of the two."))
    assert verdict.admitted
    assert [check.check for check in verdict.checks if not check.passed] == ["the_revision_is_no_longer"]
    assert len(verdict.rejected_rows) == 0


def test_the_key_rule_names_both_rows() -> None:
    frame = good_frame(CANDIDATES, 3)
    frame.loc[2, "prompt_id"] = frame.loc[0, "prompt_id"]
    assert admit(CANDIDATES, frame).rejected_rows.index.tolist() == [0, 2]
