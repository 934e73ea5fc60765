"""Every asset, and what a selection of them comes to: the ops a run configuration may name."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import dagster as dg

from persona_pipeline.assets import (
    agreement,
    agreement_reports,
    bench,
    bench_leave_one_out,
    bench_reports,
    census,
    feedback,
    feedback_reports,
    leave_one_out,
    ops,
    personas,
    prompts,
    rejudging,
    report,
    study,
)
from persona_pipeline.errors import ConfigError
from persona_pipeline.run_config import only_ops

MODULES = [
    census,
    personas,
    prompts,
    feedback,
    feedback_reports,
    rejudging,
    agreement,
    agreement_reports,
    leave_one_out,
    study,
    bench,
    bench_leave_one_out,
    bench_reports,
    ops,
    report,
]


@cache
def assets() -> tuple[dg.AssetsDefinition, ...]:
    """Every asset of the graph."""
    loaded = dg.load_assets_from_modules(MODULES)
    return tuple(asset for asset in loaded if isinstance(asset, dg.AssetsDefinition))


def ops_of(selection: dg.AssetSelection) -> frozenset[str]:
    """The names, in a run configuration, of the steps that make the selected assets."""
    made = selection.resolve(assets())
    return frozenset(asset.op.name for asset in assets() if asset.keys & made)


def config_of(selection: dg.AssetSelection, config: Mapping[str, Any]) -> dict[str, Any]:
    """A run configuration of the whole graph, without the steps that a run of the selection does not have.

    Raises ConfigError for a step that there is not: left out as well, its settings would be lost without a word.
    """
    known = ops_of(dg.AssetSelection.all())
    unknown = sorted(set(config.get("ops") or {}) - known)
    if unknown:
        raise ConfigError(
            f"there is no step {', '.join(unknown)}", where="ops", expected=f"some of: {', '.join(sorted(known))}"
        )
    return only_ops(config, ops_of(selection))
