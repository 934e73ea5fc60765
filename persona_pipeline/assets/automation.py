"""What may be rebuilt by itself, and when a table counts as old; both are off until somebody wants them."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from persona_pipeline.errors import ConfigError

ASKS = "openai"
WARNED_AT = 0.75  # of the days after which a table is old


def unpaid(assets: Iterable[dg.AssetsDefinition]) -> frozenset[dg.AssetKey]:
    """Tables that can be made again at no price: no model is asked for them, nor for anything that comes after them.

    Tables that read no other table are left out (their files decide when they are made), and so are those in shards.
    """
    specs = _specs(assets)
    before = _ancestors(specs)
    before_paid = {key for spec in specs if ASKS in spec.kinds for key in (spec.key, *before[spec.key])}
    return frozenset(
        spec.key for spec in specs if spec.deps and spec.partitions_def is None and spec.key not in before_paid
    )


def _specs(assets: Iterable[dg.AssetsDefinition]) -> list[dg.AssetSpec]:
    return [spec for asset in assets for spec in asset.specs]


def _ancestors(specs: Iterable[dg.AssetSpec]) -> dict[dg.AssetKey, frozenset[dg.AssetKey]]:
    """Everything that comes before each table; Dagster's selections say the same, in half a second."""
    read = {spec.key: [dep.asset_key for dep in spec.deps] for spec in specs}
    found: dict[dg.AssetKey, frozenset[dg.AssetKey]] = {}

    def before(key: dg.AssetKey) -> frozenset[dg.AssetKey]:
        if key not in found:
            found[key] = frozenset().union(*({other} | before(other) for other in read.get(key, ())))
        return found[key]

    return {key: before(key) for key in read}


def automated(assets: Iterable[dg.AssetsDefinition], *, fresh_days: float | None = None) -> list[dg.AssetsDefinition]:
    """The assets with what Dagster's daemon goes by: rebuilt when what they read has changed, old after some days.

    The conditions do nothing until the sensor stale_reports is turned on.

    Args:
        fresh_days: None: no table ever counts as old.
    """
    every = list(assets)
    free, policy, before = unpaid(every), _policy(fresh_days), _ancestors(_specs(every))

    def told(spec: dg.AssetSpec) -> dg.AssetSpec:
        condition = _when_stale(spec, before) if spec.key in free else None
        return spec.replace_attributes(automation_condition=condition, freshness_policy=policy)

    return list(dg.map_asset_specs(told, every))


def _when_stale(
    spec: dg.AssetSpec, before: Mapping[dg.AssetKey, frozenset[dg.AssetKey]]
) -> dg.AutomationCondition[Any]:
    """When the last of what it reads has a new release.

    What it reads besides, from which the last was made, is passed over: new prompts alone, for which there are no
    judgements yet, must not make a report of the old judgements with the new prompts.
    """
    read = [dep.asset_key for dep in spec.deps]
    passed_over = [key for key in read if any(key in before[other] for other in read)]
    condition = dg.AutomationCondition.eager()
    return condition.ignore(dg.AssetSelection.assets(*passed_over)) if passed_over else condition


def _policy(fresh_days: float | None) -> dg.FreshnessPolicy | None:
    if fresh_days is None:
        return None
    window = datetime.timedelta(days=fresh_days)
    return dg.FreshnessPolicy.time_window(fail_window=window, warn_window=window * WARNED_AT)


def days(text: str) -> float | None:
    """The number of days in a setting; None when it is empty."""
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not 0.01 <= found <= 10_000:
        raise ConfigError(
            f"'{text}' is no number of days", where="PERSONA_FRESH_DAYS", expected="a number such as 35, from 0.01 on"
        )
    return found
