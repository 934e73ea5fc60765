"""How long a kappa matrix takes, beside the bare matrix product and a loop over scikit-learn's kappa.

    python benchmarks/agreement.py --personas 1586 --prompts 3868 --density 0.05

The product is `A @ B` of two matrices personas × prompts in single precision: the least that any method needs that
looks at every pair. Rounds are interleaved, so that what disturbs one disturbs the other. The last line is JSON.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from persona_pipeline.agreement.matrices import kappas, tables_within, wilson_ends

ROUNDS, SAMPLE = 5, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--personas", type=int, default=1586)
    parser.add_argument("--prompts", type=int, default=3868)
    parser.add_argument("--density", type=float, default=1.0, help="share of prompts that a persona has a choice for")
    given = parser.parse_args()
    codes = made_up(given.personas, given.prompts, given.density)
    left, right = ((codes == side).astype(np.float32) for side in (0, 1))
    work: dict[str, Callable[[], Any]] = {
        "matrix_product": lambda: left @ right.T,
        "kappa_matrix": lambda: kappas(tables_within(codes)),
        "kappa_matrix_with_intervals": lambda: with_intervals(codes),
    }
    seconds = fastest(work)
    loop_s, largest = looped(codes, kappas(tables_within(codes)))
    ours = seconds["kappa_matrix"]
    print(f"scikit-learn: {loop_s * 1e6:.0f} µs a pair, {SAMPLE} pairs; largest difference from ours {largest:.1e}")
    pairs = given.personas * (given.personas - 1) / 2
    print(
        json.dumps(
            {
                "personas": given.personas,
                "prompts": given.prompts,
                "density": given.density,
                "seconds": round(ours, 3),
                "seconds_with_intervals": round(seconds["kappa_matrix_with_intervals"], 3),
                "matmul_seconds": round(seconds["matrix_product"], 3),
                "ratio_to_matmul": round(ours / seconds["matrix_product"], 2),
                "sklearn_loop_seconds_extrapolated": round(loop_s * pairs),
                "ratio_to_sklearn_loop_extrapolated": round(loop_s * pairs / ours),
                "largest_difference_from_sklearn": largest,
            }
        )
    )


def made_up(personas: int, prompts: int, density: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    codes = rng.integers(2, size=(personas, prompts))
    return np.where(rng.random(codes.shape) < density, codes, -1)


def with_intervals(codes: np.ndarray) -> Any:
    tables = tables_within(codes)
    return kappas(tables), wilson_ends(tables, tables.n)


def fastest(work: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The fastest of some interleaved rounds of each, in seconds of wall time."""
    found = {name: float("inf") for name in work}
    for _ in range(ROUNDS):
        for name, call in work.items():
            started = time.perf_counter()
            call()
            found[name] = min(found[name], time.perf_counter() - started)
    for name, spent in found.items():
        print(f"{name:<28} {spent:>8.3f} s")
    return found


def looped(codes: np.ndarray, ours: np.ndarray) -> tuple[float, float]:
    """Seconds a pair by scikit-learn on some pairs, and how far its kappas are from ours at most."""
    pairs = np.random.default_rng(1).integers(len(codes), size=(SAMPLE, 2))
    started = time.perf_counter()
    theirs = []
    for i, j in pairs:
        both = (codes[i] >= 0) & (codes[j] >= 0)
        theirs.append(cohen_kappa_score(codes[i][both], codes[j][both]) if both.any() else np.nan)
    spent = (time.perf_counter() - started) / len(pairs)
    return spent, float(np.nanmax(np.abs(ours[pairs[:, 0], pairs[:, 1]] - np.array(theirs))))


if __name__ == "__main__":
    main()
