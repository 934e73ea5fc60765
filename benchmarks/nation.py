"""Whether a nation of census records goes through census and personas in bounded memory, by the command line.

    python benchmarks/nation.py --pums FOLDER [--vintage 2018-1yr] [--rows 3400000] [--personas 1586] [--keep FOLDER]

FOLDER holds Census person zips. Their rows are repeated, with new serial numbers, as the (stored) zips of 51
states: one with an eighth of the people, as California, the others of equal size. Then

    persona-pipeline run --select 'group:census or group:personas' --personas 1586

runs on them in a process of its own. The last line is JSON: seconds, peak_mb (goal: under 3,000), rows, and for each
table the seconds and the most memory that was seen while it was made.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from persona_pipeline.census import zips
from persona_pipeline.census.sources import locate
from persona_pipeline.census.vintages import VINTAGES, Vintage

SAMPLED_EVERY_S = 0.5
LARGEST = 0.12  # the share of the largest state
PUBLISHED = re.compile(r"✓ (\S+)\s+([\d,]+) rows\s+([\d.]+) s")


def main() -> None:
    options = _options()
    vintage = VINTAGES.get(options.vintage)
    with tempfile.TemporaryDirectory(prefix="nation-", dir=options.keep) as home:
        rows = _nation(options.pums, vintage, Path(home), options.rows)
        print(f"{rows:,} records in files of {len(list(Path(home).glob('*.zip')))} states", flush=True)
        seconds, peak_mb, text, peaks = _run(Path(home), options)
    print(text)
    tables = {
        name: {"seconds": float(took), "peak_mb": round(peaks.get(place, 0))}
        for place, (name, _, took) in enumerate(PUBLISHED.findall(text))
    }
    print(json.dumps({"seconds": round(seconds, 1), "peak_mb": round(peak_mb), "rows": rows, "tables": tables}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pums", required=True, help="folder of csv_p<state>.zip")
    parser.add_argument("--vintage", default="2018-1yr")
    parser.add_argument("--rows", type=int, default=3_400_000)
    parser.add_argument("--personas", type=int, default=1586)
    parser.add_argument("--keep", help="folder to work in; it needs about 2 GB")
    return parser.parse_args()


def _nation(pums: str, vintage: Vintage, folder: Path, wanted: int) -> int:
    """Writes a zip for each state; gives the number of records."""
    header, body = _bodies(pums, vintage, folder)
    names = vintage.book.labels[vintage.variable("state")]
    columns = header.split(b",")
    serial, state = columns.index(b"SERIALNO"), columns.index(vintage.variable("state").encode())
    turn, lines = 0, body.count(b"\n")
    codes = [code for code in names if int(code) < 60]
    for place, code in enumerate(codes):
        share = LARGEST if place == 0 else (1 - LARGEST) / (len(codes) - 1)
        turns = max(1, round(wanted * share / lines))
        label = names[code].split("/")[1].lower()
        with (
            zipfile.ZipFile(folder / f"csv_p{label}.zip", "w") as archive,
            archive.open(f"psam_p{code}.csv", "w", force_zip64=True) as out,
        ):
            out.write(header + b"\n")
            for _ in range(turns):
                out.write(_moved(body, serial, state, turn, code))
                turn += 1
    return turn * lines


def _bodies(pums: str, vintage: Vintage, folder: Path) -> tuple[bytes, bytes]:
    texts = list(_texts(pums, vintage, folder))
    return texts[0].partition(b"\n")[0], b"".join(text.partition(b"\n")[2] for text in texts)


def _texts(pums: str, vintage: Vintage, folder: Path) -> Iterator[bytes]:
    for path in locate(pums, vintage, [], folder).person_zips:
        for member in zips.csv_members(path):
            with zips.open_csv(path, member) as lines:
                yield lines.read()


def _moved(body: bytes, serial: int, state: int, turn: int, code: str) -> bytes:
    """The records with serial numbers of their own, in another state."""
    first, last = sorted((serial, state))
    cell = rb"[^,\n]*,"
    pattern = re.compile(rb"(?m)^((?:%s){%d})([^,\n]*)((?:,[^,\n]*){%d},)([^,\n]*)" % (cell, first, last - first - 1))

    def moved(match: re.Match[bytes]) -> bytes:
        number, place = (match[2], code.encode()) if serial < state else (match[4], code.encode())
        renumbered = number[:6] + b"%04d" % turn + number[6:]
        one, other = (renumbered, place) if serial < state else (place, renumbered)
        return match[1] + one + match[3] + other

    return pattern.sub(moved, body)


def _run(folder: Path, options: argparse.Namespace) -> tuple[float, float, str, dict[int, float]]:
    """Seconds, peak memory and printed text of the run; and the peak while so many tables were published."""
    command = [sys.executable, "-m", "persona_pipeline.cli", "run", "--select", "group:census or group:personas"]
    command += ["--pums", str(folder), "--vintage", options.vintage, "--personas", str(options.personas)]
    command += ["--database", str(folder / "nation.duckdb")]
    started = time.perf_counter()
    out = folder / "out.txt"
    with out.open("w") as text:
        process = subprocess.Popen(command, stdout=text, stderr=subprocess.STDOUT, env={**os.environ, "COLUMNS": "120"})
        peaks: dict[int, float] = {}
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            done = len(PUBLISHED.findall(out.read_text()))
            peaks[done] = max(peaks.get(done, 0), _resident_mb(process.pid))
            time.sleep(SAMPLED_EVERY_S)
    _, status, used = ended
    printed = out.read_text()
    if status:
        sys.exit(f"{printed}\nthe run failed")
    return time.perf_counter() - started, used.ru_maxrss / 1024, printed, peaks


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
