"""Writes this version's files, small, as a later version is to open them.

`python -m persona_pipeline_tests.earlier.write`: run it once for each release, with that release's program; what is
there is never written anew.
"""

import datetime
import gzip
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

from persona_pipeline.llm.batch.book import Book
from persona_pipeline.llm.embedding_cache import EmbeddingCache
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline.warehouse.file import Publication
from persona_pipeline_tests.llm.asking import question, reply_to
from persona_pipeline_tests.rows import good_frame
from persona_pipeline_tests.study.served import made

FOLDER = Path(__file__).parent
NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)


def write(folder: Path) -> None:
    """A warehouse of two prompts, a ledger of one reply, a study with four links, a cache of one vector."""
    warehouse = WarehouseFile(folder / "p.duckdb", now=lambda: NOON.replace(tzinfo=None))
    warehouse.publish(Publication(CANDIDATES, good_frame(CANDIDATES), "run-1", checks_passed=3))
    asked = question()
    with Ledger(folder / "p.ledger.sqlite", clock=lambda: NOON) as ledger:
        ledger.record_many([(asked, reply_to(asked, text="Because."))], endpoint="scripted", asked_by="run-1")
    Book(folder / "p.ledger.sqlite").close()
    store, _ = made(folder / "p.study.sqlite")
    store.close()
    with EmbeddingCache(folder / "p.embeddings.sqlite") as cache:
        cache.add({"key": np.array([1.0, 2.0], dtype=np.float32)})


def main() -> None:
    kept = FOLDER / version("persona-pipeline")
    kept.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        for path in sorted(Path(folder).glob("p.*")):
            if path.is_file() and path.suffix in (".duckdb", ".sqlite"):
                (kept / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


if __name__ == "__main__":
    main()
