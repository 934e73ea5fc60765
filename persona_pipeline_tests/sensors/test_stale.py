"""What is stale is made again, and no more: nothing that costs, and each table once."""

import datetime
from pathlib import Path

import dagster as dg
import pytest

from persona_pipeline.assets.all import assets
from persona_pipeline.assets.automation import ASKS, days, unpaid
from persona_pipeline.definitions import build
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.shards import SHARDS
from persona_pipeline.sensors import stale_reports

PAPER = Path(__file__).resolve().parents[2] / "config" / "paper.yaml"
SCORES, RATINGS = dg.AssetKey(["agreement", "scores"]), dg.AssetKey(["agreement", "ratings"])


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture(scope="module")
def definitions():
    return build()


def made(instance: dg.DagsterInstance, *keys: dg.AssetKey) -> None:
    """Says that tables were made; those in shards, all shards of them."""
    for key in keys:
        partitioned = next(asset for asset in assets() if key in asset.keys).partitions_def
        for partition in SHARDS if partitioned else [None]:
            instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))


def tick(definitions, instance, cursor=None):
    context = dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=definitions.get_repository_def())
    return stale_reports.evaluate_tick(context)


def asked_for(ticked) -> set[str]:
    return {key.to_user_string() for request in ticked.run_requests for key in request.asset_selection}


def test_what_is_rebuilt_by_itself_asks_no_model_and_nothing_after_it_does():
    free = unpaid(assets())
    for key in free:
        after = dg.AssetSelection.assets(key).downstream().resolve(assets())
        assert not any(ASKS in spec.kinds for asset in assets() for spec in asset.specs if spec.key in after), key
    names = {key.to_user_string() for key in free}
    assert {"agreement/scores", "personas/fidelity", "census/margins", "bench/leaderboard"} <= names
    assert not {"census/persons", "census/population", "agreement/study_items", "feedback/preference_pairs"} & names


def test_new_ratings_make_scores_stale_once_and_the_paying_tables_never(definitions, instance, monkeypatch):
    monkeypatch.setenv("PERSONA_CONFIG", str(PAPER))
    every = [key for asset in assets() for key in asset.keys]
    made(instance, *every)
    first = tick(definitions, instance)
    settled = tick(definitions, instance, first.cursor)
    made(instance, RATINGS)
    stale = tick(definitions, instance, settled.cursor)
    asked = asked_for(stale)
    assert "agreement/scores" in asked
    assert asked <= {f"agreement/{name}" for name in after_ratings()} | {"ops/model_calls", "ops/report"}
    assert asked_for(tick(definitions, instance, stale.cursor)) == set()
    for request in stale.run_requests:
        dg.validate_run_config(definitions.resolve_implicit_global_asset_job_def(), request.run_config)
        assert request.run_config["resources"]["experiment"]["config"]["personas"] == 1586


def test_new_prompts_make_no_report_of_old_judgements(definitions, instance, monkeypatch):
    monkeypatch.setenv("PERSONA_CONFIG", str(PAPER))
    made(instance, *(key for asset in assets() for key in asset.keys))
    settled = tick(definitions, instance, tick(definitions, instance).cursor)
    made(instance, dg.AssetKey(["prompts", "prompts"]))
    alone = tick(definitions, instance, settled.cursor)
    assert asked_for(alone) == set()
    made(instance, dg.AssetKey(["feedback", "judgements"]))
    assert "feedback/judge_agreement" in asked_for(tick(definitions, instance, alone.cursor))


def after_ratings() -> set[str]:
    """What reads agreement/ratings."""
    after = dg.AssetSelection.assets(RATINGS).downstream(include_self=False).resolve(assets())
    return {key.path[1] for key in after if key.path[0] == "agreement"}


def test_without_a_run_configuration_nothing_is_rebuilt_and_nothing_is_forgotten(definitions, instance, monkeypatch):
    monkeypatch.delenv("PERSONA_CONFIG", raising=False)
    ticked = tick(definitions, instance, None)
    assert not ticked.run_requests
    assert "PERSONA_CONFIG" in ticked.skip_message
    assert ticked.cursor is None


def test_a_table_counts_as_old_only_where_somebody_said_after_how_many_days(monkeypatch):
    monkeypatch.delenv("PERSONA_FRESH_DAYS", raising=False)
    assert build().resolve_asset_graph().get(SCORES).freshness_policy is None
    monkeypatch.setenv("PERSONA_FRESH_DAYS", "35")
    policy = build().resolve_asset_graph().get(SCORES).freshness_policy
    windows = [
        window.to_timedelta() / datetime.timedelta(days=1) for window in (policy.warn_window, policy.fail_window)
    ]
    assert windows == [26.25, 35]


@pytest.mark.parametrize("text", ["soon", "-1", "0", "nan"])
def test_a_number_of_days_that_is_none_is_refused(text):
    with pytest.raises(ConfigError, match=r"PERSONA_FRESH_DAYS: .* is no number of days"):
        days(text)
