"""What inspect finds here: `inspect eval persona_pipeline/persona_bench`, and simulated models as `simulated/sim-a`."""

from persona_pipeline.inspect_bench.simulated import simulated
from persona_pipeline.inspect_bench.tasks import persona_bench

__all__ = ["persona_bench", "simulated"]
