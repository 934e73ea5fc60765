"""Rebuilding what is stale and costs nothing, by Dagster's declarative automation."""

import warnings
from typing import Any

import dagster as dg

from persona_pipeline.assets.all import assets, config_of
from persona_pipeline.assets.automation import unpaid
from persona_pipeline.jobs import configured


class Configured(dg.AutomationConditionSensorDefinition):
    """Evaluates conditions as Dagster does, and gives its runs the configuration that PERSONA_CONFIG names.

    Dagster starts such runs with default settings. The defaults are samples, and intervals with another seed.
    """

    def evaluate_tick(self, context: dg.SensorEvaluationContext) -> Any:
        config, found = configured("everything"), super().evaluate_tick(context)
        if isinstance(config, dg.SkipReason):
            return type(found)(skip_message=config.skip_message, cursor=context.cursor)
        requests = [
            request.with_replaced_attrs(
                run_config=config_of(dg.AssetSelection.assets(*(request.asset_selection or [])), config)
            )
            for request in found.run_requests or []
        ]
        return type(found)(
            run_requests=requests,
            skip_message=found.skip_message,
            cursor=found.cursor,
            automation_condition_evaluations=found.automation_condition_evaluations,
        )


with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)  # use_user_code_server
    stale_reports = Configured(
        name="stale_reports",
        target=dg.AssetSelection.assets(*unpaid(assets())),
        default_status=dg.DefaultSensorStatus.STOPPED,
        minimum_interval_seconds=60,
        use_user_code_server=True,
        emit_backfills=False,
        description="Makes reports again when what they read has changed: tables for which no model is asked, nor for "
        "anything that comes after them. As the file that PERSONA_CONFIG names says.",
    )
