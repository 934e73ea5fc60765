"""The settings of the prompts' assets."""

from persona_pipeline.schemas.prompt import DECISIONS, VERDICTS
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.assets.runs import run_candidates_and_decisions

KEEP_ALL = {"prompts__verdicts": {"config": {"keep_all": True}}}
WHY = "no model was asked: the run keeps what no rule drops (keep_all)"


def test_prompts_that_were_selected_before_are_kept_without_a_model_and_say_so(tmp_path):
    run = run_candidates_and_decisions(tmp_path / "p.duckdb", KEEP_ALL)
    assert run.success
    file = WarehouseFile(tmp_path / "p.duckdb")
    verdicts, decisions = file.read(VERDICTS), file.read(DECISIONS)
    assert set(zip(verdicts["status"], verdicts["reason"], strict=True)) == {("not_asked", WHY)}
    by_rule = decisions["decided_by"] == "rule"
    assert not decisions.loc[by_rule, "kept"].any()
    given = decisions[~by_rule]
    assert len(given) == len(verdicts) > 100
    assert given["kept"].all()
    assert set(zip(given["decided_by"], given["decision_reason"], strict=True)) == {("given", WHY)}
    assert given[["score", "draws", "model"]].isna().all(axis=None)
