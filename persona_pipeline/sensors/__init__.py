"""What acts when something happened; every sensor is off until someone turns it on."""

from persona_pipeline.sensors.dropped import new_human_ratings, new_prompts
from persona_pipeline.sensors.stale import stale_reports
from persona_pipeline.sensors.telling import (
    tell_failed_checks,
    tell_run_canceled,
    tell_run_failed,
    tell_run_succeeded,
)

SENSORS = [
    new_human_ratings,
    new_prompts,
    stale_reports,
    tell_run_succeeded,
    tell_run_failed,
    tell_run_canceled,
    tell_failed_checks,
]
