"""python -m persona_pipeline.census.synthetic OUT_FOLDER [--seed N] [--households N]"""

import argparse
from pathlib import Path

from persona_pipeline.census.synthetic.layout import HOUSEHOLDS, SEED, write_extract


def main() -> None:
    """Writes the extract and says where."""
    parser = argparse.ArgumentParser(
        prog="python -m persona_pipeline.census.synthetic",
        description="Write an invented extract in the layout of the ACS 2023 1-Year PUMS.",
    )
    parser.add_argument("folder", type=Path, help="where csv_pus.zip and csv_hus.zip are written")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help="default: %(default)s")
    given = parser.parse_args()
    for path in write_extract(given.folder, given.seed, given.households):
        print(path)


if __name__ == "__main__":
    main()
