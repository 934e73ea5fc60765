"""Settings of the intervals, the same for every asset that computes some."""

import dagster as dg
from pydantic import Field


class Bootstrap(dg.Config):
    resamples: int = Field(default=2000, ge=100, description="Bootstrap resamples behind each interval.")
    confidence: float = Field(default=0.95, gt=0, lt=1, description="Confidence of the intervals.")
