"""What making preference pairs costs in time and memory as they grow to the paper's 317,200 and beyond.

    python -m benchmarks.scale [--personas 50,200,1586] [--pairs-per-persona 200] [--pums FOLDER] [--prism FILE]

For each number of personas one run, in a process of its own and a new warehouse, of everything that pairs need, with
the simulated model in process and one base answer per prompt; from census files to gated tables in DuckDB. Without
PUMS and PRISM files the embedded samples serve, with as many pairs a persona as their prompts allow.

The last line is JSON: for each size pairs, seconds, peak_mb and ms_per_pair of the run; and linearity, the cost of a
further pair between the two largest sizes over that between the two smallest (1: linear).
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb  # noqa: TID251  # counts what a run published

ROOT = Path(__file__).resolve().parents[1]
SELECTED = "group:census or group:personas or group:prompts or group:feedback or group:ops"
LINE = re.compile(r"✓ (\S+)\s+([\d,]+) rows\s+([\d.]+) s")


def main() -> None:
    options = _options()
    sizes = [int(size) for size in options.personas.split(",")]
    with tempfile.TemporaryDirectory(prefix="scale-", dir=options.folder) as folder:
        found = [_run(size, Path(folder) / f"{size}.duckdb", options) for size in sizes]
    print(json.dumps({"sizes": found, "linearity": _linearity(found), "selected": SELECTED}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--personas", default="50,200,1586", help="numbers of personas, with commas")
    parser.add_argument("--pairs-per-persona", type=int, default=200)
    parser.add_argument("--judged", type=float, default=0.05, help="share of the pairs that the judge sees")
    parser.add_argument("--pums", default="embedded")
    parser.add_argument("--vintage", default="2018-1yr", help="of --pums; the embedded extract has its own")
    parser.add_argument("--prism", default="embedded")
    parser.add_argument("--folder", help="where the warehouses are made; they are removed at the end")
    return parser.parse_args()


def _run(personas: int, database: Path, options: argparse.Namespace) -> dict[str, float]:
    """One run, with what it published checked against what was asked for."""
    config = database.with_suffix(".yaml")
    config.write_text(f"ops:\n  feedback__judgements:\n    config:\n      share: {options.judged}\n")
    census = [] if options.pums == "embedded" else ["--pums", options.pums, "--vintage", options.vintage]
    command = [sys.executable, "-m", "persona_pipeline.cli", "run", "--select", SELECTED, "--config", str(config)]
    command += [*census, "--prism", options.prism, "--personas", str(personas), "--database", str(database)]
    command += ["--pairs-per-persona", str(options.pairs_per_persona), "--provider", "simulated"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PERSONA_", "DAGSTER_"))}
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode:
        sys.exit(said)
    return _told(personas, database, said, seconds, usage)


def _told(personas: int, database: Path, said: str, seconds: float, usage: resource.struct_rusage) -> dict[str, float]:
    with duckdb.connect(str(database), read_only=True) as connection:
        counts = {
            name: int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
            for name, table in (("assignments", "feedback.assignments"), ("pairs", "feedback.preference_pairs"))
        }
        calls = int(connection.execute("SELECT count(*) FROM ops.model_calls").fetchall()[0][0])
    print(
        f"\n{personas:,} personas: {counts['assignments']:,} assignments → {counts['pairs']:,} pairs, {calls:,} calls"
    )
    print(f"{seconds:,.0f} s, peak {usage.ru_maxrss / 1024:,.0f} MB, file {database.stat().st_size / 1e6:,.0f} MB")
    for table, rows, took in LINE.findall(said):
        if float(took) >= 1:
            print(f"    {table:28}{rows:>10} rows{took:>8} s", flush=True)
    return {
        "personas": personas,
        **counts,
        "calls": calls,
        "seconds": round(seconds, 1),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "ms_per_pair": round(1000 * seconds / counts["assignments"], 2),
    }


def _linearity(found: list[dict[str, float]]) -> float | None:
    """The slope of the seconds at the upper end over that at the lower; None with fewer than three sizes."""
    if len(found) < 3:
        return None
    (x0, y0), (x1, y1), *_, (x2, y2), (x3, y3) = [
        (one["assignments"], one["seconds"]) for one in (*found[:2], *found[-2:])
    ]
    return round(((y3 - y2) / (x3 - x2)) / ((y1 - y0) / (x1 - x0)), 2)


if __name__ == "__main__":
    main()
