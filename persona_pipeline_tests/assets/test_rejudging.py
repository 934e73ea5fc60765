"""Weeks of judging again, as runs of the job: what the ledger answers and what it cannot."""

import dagster as dg
import pytest

from persona_pipeline.definitions import build
from persona_pipeline.feedback import judging
from persona_pipeline.schemas.feedback import JUDGEMENTS, PREFERENCE_PAIRS
from persona_pipeline.schemas.judge_drift import JUDGE_DRIFT, REJUDGEMENTS
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline_tests.assets.runs import Run
from persona_pipeline_tests.feedback import chain, factories

SEED = 2407


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    """A warehouse with 32 judgements by sim-b, and runs for W47, W47 again, W48 and no week."""
    file = WarehouseFile(tmp_path_factory.mktemp("weeks") / "p.duckdb")
    whole = chain.run(factories.simulated, n_personas=8, pairs_per_persona=4)
    asked = judging.requests(whole.pairs, whole.personas, judge="sim-b", share=1.0, seed=SEED)
    judged = judging.parse(whole.pairs, asked, factories.simulated(asked), judge="sim-b", seed=SEED)
    people = whole.personas.assign(variant="enriched")
    for table, frame in ((PERSONAS, people), (PREFERENCE_PAIRS, whole.pairs), (JUDGEMENTS, judged)):
        file.publish(Publication(table, frame, "before"))
    return file, judged, [run(file, week) for week in ("2026-W47", "2026-W47", "2026-W48", "")]


def run(file: WarehouseFile, week: str) -> Run:
    config = {
        "resources": {
            "warehouse": {"config": {"path": str(file.path)}},
            "chat": {"config": {"model": "sim-a", "judge": "sim-b"}},
        },
        "ops": {"feedback__rejudgements": {"config": {"week": week, "pairs": 20}}},
    }
    with dg.DagsterInstance.ephemeral() as instance:
        job = build().resolve_job_def("rejudging")
        return Run(job.execute_in_process(run_config=config, instance=instance, raise_on_error=False))


def test_a_week_is_asked_for_once_and_the_next_one_anew(weeks):
    _, _, (first, again, later, _) = weeks
    assert first.success
    from_ledger = [each.metadata(REJUDGEMENTS)["from_ledger"] for each in (first, again, later)]
    assert from_ledger == [0, 20, 0]


def test_every_week_stays_and_a_judge_who_does_not_change_agrees_with_itself(weeks):
    file, judged, (*_, none) = weeks
    assert none.success  # a run of everything asks for no week, and keeps those there are
    rows = file.read(REJUDGEMENTS)
    assert rows.groupby("week")["pair_id"].nunique().to_dict() == {"2026-W47": 20, "2026-W48": 20}
    first = judged.set_index("pair_id")["choice"]
    assert (rows["first_choice"] == rows["pair_id"].map(first)).all()
    drift = file.read(JUDGE_DRIFT)
    assert drift["agreement"].tolist() == [1.0, 1.0]  # at temperature 0 the simulated judge is always of one mind
    assert drift["answered_by"].tolist() == ["sim-b", "sim-b"]
    assert none.metadata(JUDGE_DRIFT)["latest_agreement"] == 1.0
