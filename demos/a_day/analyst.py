"""An analyst, as a process of its own: opens the DuckDB file read-only again and again and says what she saw.

`python -m demos.a_day.analyst DATABASE TALLY` appends a line of JSON for each read. A read is torn when a table has
another number of rows than its last release says, or when rows name others that are not there.
"""

import itertools
import json
import sys
import time
from pathlib import Path

import duckdb  # noqa: TID251  # she has no part of this program, only DuckDB

EVERY_S, HELD_EVERY, HELD_S = 0.3, 20, 2.0
COUNTED = ("prompts.candidates", "prompts.verdicts", "prompts.decisions", "prompts.prompts", "feedback.critiques")
COUNTED += ("feedback.preference_pairs",)
SEEN = f"""
SELECT (SELECT max(released_at)::VARCHAR FROM ops.releases) AS latest,
       (SELECT count(*) FROM ops.releases) AS releases,
       (SELECT count(*) FROM
          (SELECT table_name, arg_max(n_rows, released_at) AS told FROM ops.releases GROUP BY ALL) JOIN
          ({" UNION ALL ".join(f"SELECT '{name}' AS table_name, count(*) AS there FROM {name}" for name in COUNTED)})
          USING (table_name) WHERE told <> there) AS miscounted,
       (SELECT count(*) FROM feedback.preference_pairs
        WHERE pair_id NOT IN (SELECT pair_id FROM feedback.critiques)) AS lost
"""


def look(database: str, held_s: float) -> dict[str, object]:
    """One read, and another one before she closes when she holds the file open for a while."""
    with duckdb.connect(database, read_only=True) as connection:
        first = _row(connection)
        if held_s:
            time.sleep(held_s)
            first["changed_while_held"] = int(_row(connection) != first)
    return first


def _row(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    asked = connection.execute(SEEN)
    return dict(zip([column[0] for column in asked.description], asked.fetchall()[0], strict=True))


def main(database: str, tally: Path) -> None:
    with open(tally, "a", buffering=1) as told:
        for turn in range(1, sys.maxsize):
            try:
                seen = look(database, HELD_S if turn % HELD_EVERY == 0 else 0)
            except Exception as exc:  # an analyst's error, whatever it is, is what the play is about
                seen = {"error": str(exc)[:300]}
            told.write(json.dumps({**seen, "at": time.time()}) + "\n")
            time.sleep(EVERY_S)


def summary(tally: Path) -> dict[str, int]:
    """What she saw in all: reads, errors, torn reads, and publishes that passed between two reads."""
    lines = [json.loads(line) for line in tally.read_text("utf-8").splitlines() if line.endswith("}")]
    reads = [line for line in lines if "error" not in line]
    return {
        "reads": len(reads),
        "errors": len(lines) - len(reads),
        "torn": sum(bool(line["miscounted"] or line["lost"]) for line in reads),
        "changed_while_held": sum(line.get("changed_while_held", 0) for line in reads),
        "went_back": sum(b["releases"] < a["releases"] for a, b in itertools.pairwise(reads)),
        "publishes_seen": len({line["latest"] for line in reads}),
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
