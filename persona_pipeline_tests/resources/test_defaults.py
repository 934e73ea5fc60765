"""Defaults that hold setting by setting, as the environment or somebody's file says."""

import pickle

import dagster as dg
import pytest

from persona_pipeline.errors import ConfigError
from persona_pipeline.resources import Chat, Experiment, Warehouse
from persona_pipeline.resources.defaults import with_defaults


def configured(resource: dg.ConfigurableResource, **config: object) -> dict[str, object]:
    """What a run with this configuration gives an asset."""
    seen: dict[str, object] = {}

    @dg.asset
    def one(given: dg.ResourceParam[object]) -> None:
        seen.update({name: getattr(given, name) for name in type(given).model_fields})

    run = {"resources": {"given": {"config": config}}} if config else {}
    assert dg.materialize([one], resources={"given": resource}, run_config=run).success
    return seen


def test_a_run_that_sets_one_thing_leaves_the_others_as_given() -> None:
    warehouse = with_defaults(Warehouse, {"path": "x/p.duckdb", "keep": 3})
    assert isinstance(warehouse, Warehouse)
    assert configured(warehouse)["path"] == "x/p.duckdb"
    found = configured(warehouse, drift="keep_out")
    assert (found["path"], found["keep"], found["drift"]) == ("x/p.duckdb", 3, "keep_out")
    assert configured(warehouse, path="y.duckdb")["path"] == "y.duckdb"


def test_bounds_hold_and_what_there_is_not_is_refused() -> None:
    assert with_defaults(Experiment, {}).personas == 40
    with pytest.raises(ConfigError, match="personas"):
        with_defaults(Experiment, {"personas": 0})
    with pytest.raises(ConfigError, match="there is no person; expected some of: seed, personas"):
        with_defaults(Experiment, {"person": 5})
    with pytest.raises(dg.DagsterError):
        configured(with_defaults(Experiment, {"seed": 1}), seed=-1)


def test_models_can_still_be_handed_to_another_process() -> None:
    chat = with_defaults(Chat, {"model": "m", "ledger": "l.sqlite"})
    sent = pickle.loads(pickle.dumps(chat))
    assert (sent.model, sent.ledger, sent.draws) == ("m", "l.sqlite", chat.draws)
