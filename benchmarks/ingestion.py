"""How fast and how lean PUMS person files become a checked candidate, beside bare DuckDB and pandas.

    python benchmarks/ingestion.py --pums FOLDER [--vintage 2018-1yr] [--repeat-to ROWS] [--rounds N]

FOLDER holds Census person zips. Their CSV files are unzipped into a temporary folder and their rows repeated, with new
serial numbers, up to ROWS (3,400,000: the nation; 0: as they are). Each contender then reads the same columns of the
same unzipped files in a process of its own:

- ours: every value checked, codes as enumerations, ids, places and duplicates: what the gate judges and publishes;
- duckdb: CREATE TABLE … AS SELECT columns FROM read_csv(…, all_varchar = true), in memory, nothing checked;
- pandas: read_csv(usecols=columns, dtype=str), because codes are text with leading zeros.

The last line is JSON: ratio_to_duckdb = ours / duckdb (goal: at most 1.3), ratio_to_pandas = pandas / ours (goal: at
least 3), peak_mb = the peak memory of ours (goal: under 3,000). Seconds are the least of the rounds.
"""

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb  # noqa: TID251  # a contender
import pandas as pd

from persona_pipeline.census import zips
from persona_pipeline.census.read import CODES, NUMBERS, stage_persons
from persona_pipeline.census.sources import Extract, locate
from persona_pipeline.census.vintages import VINTAGES, Vintage
from persona_pipeline.warehouse.staging import staging

NATION = 3_400_000


def main() -> None:
    options = _options()
    if options.measure:
        print(json.dumps(_measured(options.measure, Path(options.pums), VINTAGES.get(options.vintage))))
        return
    with tempfile.TemporaryDirectory(prefix="ingestion-") as folder:
        started = time.perf_counter()
        rows = _unzip(options.pums, VINTAGES.get(options.vintage), Path(folder))
        unzip_s = time.perf_counter() - started
        rows = _repeated(Path(folder), rows, options.repeat_to)
        found = {name: _best(name, folder, options) for name in CONTENDERS}
        _print(found, rows, sum(path.stat().st_size for path in Path(folder).glob("*.csv")), unzip_s)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pums", required=True, help="folder of csv_p<state>.zip")
    parser.add_argument("--vintage", default="2018-1yr")
    parser.add_argument("--repeat-to", type=int, default=NATION, help="rows to reach by repeating; 0: as they are")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    return parser.parse_args()


def _unzip(pums: str, vintage: Vintage, folder: Path) -> int:
    """Unzips every person file; gives the number of records."""
    rows = 0
    for path in locate(pums, vintage, [], folder).person_zips:
        for member in zips.csv_members(path):
            with zips.unpacked(path, member, folder) as file:
                file.path.rename(folder / f"{path.stem}_{Path(member).name}")
                rows += file.lines - 1
    return rows


def _repeated(folder: Path, rows: int, wanted: int) -> int:
    """Makes one file of all, repeated until there are enough rows; each repetition has serial numbers of its own."""
    if wanted <= rows:
        return rows
    times = -(-wanted // rows)
    files = sorted(folder.glob("*.csv"))
    needed = 2 * times * sum(path.stat().st_size for path in files)
    if shutil.disk_usage(folder).free < needed:
        sys.exit(f"{needed:,} bytes are needed in {folder}; name another folder with TMPDIR")
    header = files[0].read_bytes().partition(b"\n")[0]
    bodies = b"".join(path.read_bytes().partition(b"\n")[2] for path in files)
    place = header.split(b",").index(b"SERIALNO")
    serial = re.compile(rb"(?m)^((?:[^,\n]*,){%d}\d{4}(?:HU|GQ)?)" % place)
    with (folder / "repeated.csv").open("wb") as out:
        out.write(header + b"\n")
        for turn in range(times):
            out.write(serial.sub(rb"\g<1>%04d" % turn, bodies))
    for path in files:
        path.unlink()
    return rows * times


def _best(contender: str, folder: str, options: argparse.Namespace) -> dict[str, float]:
    """The least seconds and the greatest peak of a contender, each round in a new process."""
    command = [sys.executable, __file__, "--pums", folder, "--vintage", options.vintage, "--measure", contender]
    rounds = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        for _ in range(options.rounds)
    ]
    return {key: (max if key == "peak_mb" else min)(each[key] for each in rounds) for key in rounds[0]}


def _measured(contender: str, folder: Path, vintage: Vintage) -> dict[str, float]:
    files = sorted(folder.glob("*.csv"))
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    rows = CONTENDERS[contender](files, vintage)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu_s": cpu, "peak_mb": after.ru_maxrss / 1024, "rows": rows}


def _ours(files: list[Path], vintage: Vintage) -> int:
    zips.csv_members = lambda path: [path.name]  # type: ignore[assignment]
    zips.open_csv = lambda path, _: path.open("rb")  # type: ignore[assignment]
    with staging(files[0].parent) as sql:
        found = stage_persons(sql, Extract(tuple(files)), vintage, allow_missing=True)
        return int(found.ask("SELECT count(*) FROM candidate")[0][0])


def _columns(files: list[Path], vintage: Vintage) -> list[str]:
    there = files[0].open(encoding="utf-8-sig").readline().strip().split(",")
    return [v for name in ("serialno", "puma", *NUMBERS, *CODES) if (v := vintage.variable(name)) in there]


def _bare_duckdb(files: list[Path], vintage: Vintage) -> int:
    columns, names = ", ".join(_columns(files, vintage)), [str(path) for path in files]
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t AS SELECT {columns} FROM read_csv({names}, all_varchar = true)")
    found = connection.execute("SELECT count(*) FROM t").fetchone()
    return int(found[0]) if found else 0


def _pandas(files: list[Path], vintage: Vintage) -> int:
    return sum(len(pd.read_csv(path, usecols=_columns(files, vintage), dtype=str)) for path in files)


CONTENDERS: dict[str, Callable[[list[Path], Vintage], int]] = {
    "duckdb": _bare_duckdb,
    "ours": _ours,
    "pandas": _pandas,
}


def _print(found: dict[str, dict[str, float]], rows: int, size: int, unzip_s: float) -> None:
    print(f"{rows:,} rows, {size / 1e6:,.0f} MB unzipped (unzipping the originals took {unzip_s:.2f} s)\n")
    print(f"{'':10}{'seconds':>10}{'cpu s':>10}{'MB/s':>10}{'peak MB':>10}")
    for name, each in found.items():
        speed = size / 1e6 / each["seconds"]
        print(f"{name:10}{each['seconds']:>10.2f}{each['cpu_s']:>10.2f}{speed:>10.0f}{each['peak_mb']:>10.0f}")
    ours = found["ours"]["seconds"]
    result = {
        "ratio_to_duckdb": round(ours / found["duckdb"]["seconds"], 3),
        "ratio_to_pandas": round(found["pandas"]["seconds"] / ours, 3),
        "peak_mb": round(found["ours"]["peak_mb"]),
        "rows": rows,
        "seconds": round(ours, 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
