"""How long drawing and comparing take: at the size given, and with the population repeated to a nation's.

    python benchmarks/fidelity.py --database data/persona.duckdb --rows 3400000

Prints a table and, as its last line, the same figures as JSON: CPU seconds, rows and the peak of memory in MB.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from persona_pipeline.personas.associations import associations
from persona_pipeline.personas.calibration import calibration
from persona_pipeline.personas.design import Design
from persona_pipeline.personas.fidelity import fidelity
from persona_pipeline.personas.rarity import rarity
from persona_pipeline.personas.sampling import draw
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import PERSONAS, PROFILES
from persona_pipeline.warehouse import WarehouseFile

STRATIFIED = Design("stratified", ("state", "age", "sex"))
RAKED = Design("raked", margins={"sex": {"Female": 0.52}, "disability": {"With a disability": 0.2}})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True, help="a warehouse with census and personas")
    parser.add_argument("--rows", type=int, default=3_400_000, help="rows of the population, repeated")
    given = parser.parse_args()
    file = WarehouseFile(given.database)
    personas, profiles = file.read(PERSONAS), file.read(PROFILES)
    population = repeated(file.read(POPULATION), given.rows)
    n = len(personas)
    work: dict[str, Callable[[], object]] = {
        "draw_by_weight": lambda: draw(population, count=n, seed=1),
        "draw_stratified": lambda: draw(population, count=n, seed=1, design=STRATIFIED),
        "draw_raked": lambda: draw(population, count=n, seed=1, design=RAKED),
        "fidelity": lambda: fidelity(personas, population),
        "calibration": lambda: calibration(personas, profiles, population),
        "associations": lambda: associations(personas, population),
        "rarity": lambda: rarity(personas, population),
    }
    seconds = {name: cpu_seconds(name, call) for name, call in work.items()}
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"personas": n, "rows": len(population), "cpu_s": seconds, "peak_mb": round(peak_mb)}))


def repeated(population: pd.DataFrame, rows: int) -> pd.DataFrame:
    """The population as often as it takes, each copy with ids of its own but the first."""
    times = max(1, -(-rows // len(population)))
    whole = pd.concat([population] * times, ignore_index=True).head(max(rows, len(population)))
    copies = np.arange(len(whole)) // len(population)
    ids = whole["person_id"] + np.where(copies == 0, "", "-" + copies.astype(str)).astype(object)
    return whole.assign(person_id=ids)


def cpu_seconds(name: str, call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    spent = round(time.process_time() - started, 2)
    print(f"{name:<16} {spent:>8.2f} s CPU", flush=True)
    return spent


if __name__ == "__main__":
    main()
