"""A table that changed too much since its last release: kept out, or let in when somebody said that it is meant."""

import pytest

from persona_pipeline.assets.drifting import compared_with_last, plotted
from persona_pipeline.prompts.candidates import read_candidates
from persona_pipeline.quality import admit
from persona_pipeline.quality.drift import MEANT
from persona_pipeline.resources import Warehouse
from persona_pipeline.schemas.prompt import DECISIONS
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.assets.runs import candidates_that_are, run_candidates_and_decisions

CHECK = "keep_rate_as_before"
STRICT = {"drift": "keep_out", "drift_limits": {"prompts.decisions": [0.01, 0.05]}}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A release, and two runs with none of the candidates that were kept: one that is kept out, one that is meant."""
    database = tmp_path_factory.mktemp("drift") / "p.duckdb"
    first = run_candidates_and_decisions(database, **STRICT)
    decided = WarehouseFile(database).read(DECISIONS)
    everything = read_candidates("embedded")
    kept = decided.loc[decided["kept"].astype(bool), "prompt_id"]
    with candidates_that_are(everything[~everything["prompt_id"].isin(kept.iloc[1:])]):
        second = run_candidates_and_decisions(database, **STRICT)
        between = WarehouseFile(database).read(DECISIONS)
        third = run_candidates_and_decisions(database, **STRICT, drift_accepted=MEANT)
    return first, second, third, decided, between, WarehouseFile(database).read(DECISIONS)


def test_the_last_release_stands_and_the_run_says_how_to_go_on(runs):
    _, second, _, decided, between, _ = runs
    assert not second.success
    assert between.equals(decided)
    assert CHECK in second.failure()
    assert f"drift_accepted: '{MEANT}'" in second.failure()
    check = second.checks(DECISIONS)[CHECK]
    assert not check.passed
    assert check.description.startswith("candidate rejected: 1 of 1 figures changed by more than 0.05")
    assert [record.data["figure"] for record in check.metadata["failed_rows"].records] == ["kept"]


def test_what_is_meant_is_let_in_with_a_warning(runs):
    _, _, third, decided, _, after = runs
    assert third.success
    assert len(after) < len(decided)
    check = third.checks(DECISIONS)[CHECK]
    assert (check.passed, check.severity.value) == (False, "WARN")


def test_figures_are_numbers_on_the_check_and_on_the_table_for_plots_over_runs(runs):
    first, _, third, decided, _, after = runs
    for run, rows in ((first, decided), (third, after)):
        share = float(rows["kept"].astype(float).mean())
        assert run.metadata(DECISIONS)[f"{CHECK}/kept"] == pytest.approx(share)
        assert run.checks(DECISIONS)[CHECK].metadata["kept"].value == pytest.approx(share)
    assert first.checks(DECISIONS)[CHECK].metadata["not_compared_because"].value == "this is the first release"
    assert third.metadata(DECISIONS)[f"{CHECK}/largest_change"] > 0.05


def test_a_candidate_that_its_rules_keep_out_is_not_compared_and_the_check_says_so(tmp_path):
    decided = DECISIONS.frame([{**dict.fromkeys(DECISIONS.column_names), "prompt_id": "p", "kept": True}])
    warehouse = Warehouse(path=str(tmp_path / "p.duckdb"))
    verdict = compared_with_last(admit(DECISIONS, decided, None), decided, warehouse, None)
    assert not verdict.admitted
    [check] = [each for each in verdict.checks if each.check == CHECK]
    assert (check.passed, check.rejects) == (True, False)
    assert plotted(check) == {"not_compared_because": "a rule keeps the candidate out already"}
