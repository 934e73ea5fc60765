"""Does the benchmark's leave-one-out recover the planted order of the attributes?

python -m benchmarks.bench_leave_one_out --database data/persona.duckdb --items 200
"""

import argparse
import time
from pathlib import Path

from scipy.stats import spearmanr

from benchmarks.bench import answered
from persona_pipeline.bench import leave_one_out as leaving
from persona_pipeline.bench.design import designed
from persona_pipeline.bench.influence import leave_one_out
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.schemas.persona import PERSONAS
from persona_pipeline.schemas.prompt import PROMPTS
from persona_pipeline.simulation import INFLUENCE
from persona_pipeline.warehouse import WarehouseFile

STRONG = 0.4  # planted influence from which an attribute counts as strong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--model", default="sim-d")
    parser.add_argument("--judge", default="sim-a")
    given = parser.parse_args()
    began, file = time.process_time(), WarehouseFile(given.database)
    personas, prompts = file.read(PERSONAS), file.read(PROMPTS)
    design = designed(personas, prompts, n_items=given.items, split="any", seed=1)
    sizes = leaving.Sizes(given.items)
    shown = leaving.views(design, personas, sizes)
    wanted = leaving.cases(design, shown, sizes, [given.model])
    asked = leaving.requests(wanted, shown, prompts)
    answers = leaving.parse(wanted, shown, asked, answered(asked), seed=1)
    judged = leaving.to_judge(answers, judge=given.judge)
    verdicts = leaving.verdict_requests(judged, shown, prompts, judge=given.judge)
    rows = leaving.parse_verdicts(judged, verdicts, answered(verdicts), judge=given.judge)
    for way, found in leave_one_out(rows, setting=Setting(1)).groupby("withheld_from"):
        known = found[found["difference"].notna()].assign(planted=lambda some: some["attribute"].map(INFLUENCE))
        strong = known[known["planted"] >= STRONG]
        told = ", ".join(known.sort_values("rank")["attribute"].head(5))
        print(
            f"withheld from {way}: Spearman {_rho(known):.2f} over {len(known)}, {_rho(strong):.2f} over the "
            f"{len(strong)} strongest; first {told}; beyond chance {int((known['corrected_p'] < 0.05).sum())}"
        )
    calls = len(asked) + len(verdicts)
    print(f"{given.model}, {given.items} items, {calls:,} calls, {time.process_time() - began:.0f} s of CPU")


def _rho(rows) -> float:
    return float(spearmanr(rows["planted"], rows["difference"].astype(float)).statistic)


if __name__ == "__main__":
    main()
