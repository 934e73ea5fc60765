"""The portions of a sharded table: made here one after another, or as Parquet parts by whoever is there to make them.

A part's name is a hash of all that its rows depend on: the rows it is made of, the settings, the model, the texts of
the templates and the code. One that is there is not made again.
"""

import functools
import hashlib
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

import persona_pipeline
from persona_pipeline import progress
from persona_pipeline.assets.asking import Asked, Asking
from persona_pipeline.assets.gated import Event
from persona_pipeline.assets.sharding import (
    PORTION,
    Made,
    Portion,
    Recipe,
    condition,
    pairs_of,
    publish_made,
    shards_of,
)
from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.usage import Usage
from persona_pipeline.resources import Chat, Parts, Warehouse
from persona_pipeline.resources.workers import Workers
from persona_pipeline.schemas.shards import SHARDS, Span, spans
from persona_pipeline.schemas.staged import Staged
from persona_pipeline.schemas.tables import Table
from persona_pipeline.seeds import content_hash
from persona_pipeline.warehouse.parts import PartStore, note_of, read_part, write_part

CODE = ("assets/feedback.py", "asking", "feedback", "languages.py", "llm", "schemas", "seeds.py", "simulation")
"""What of this package a part's rows can depend on; templates and wordings are among it."""

ANSWERED = ("provider", "model", "judge", "base_url", "recording", "draws")
"""Settings of the chat resource that decide what the answers are."""

DIGITS = 32  # of a hash, in a file's name
_ONE_AT_A_TIME = threading.Lock()  # the threads of one worker share a progress bar and an event loop


@dataclass(frozen=True)
class Task:
    """What a worker is handed: what to make of which stored rows, and whom to ask.

    Args:
        inputs: the stored file of each table it is made of, by the table's path.
        part: its name in the store.
        code: what `code()` gave where the task was made.
        ledger_host: the only machine that has the ledger; empty: any.
    """

    recipe: Recipe
    settings: Mapping[str, Any]
    asking: Asking | None
    store: PartStore
    inputs: Mapping[str, str]
    part: str
    code: str
    ledger_host: str = ""


@dataclass(frozen=True)
class StoredInputs:
    """A portion's rows, as they were put into the store."""

    store: PartStore
    files: Mapping[str, str]
    folder: Path

    def read(self, table: Table) -> pd.DataFrame:
        return read_part(table, self.store.fetch(self.files[table.path], self.folder))


def publish_portions(
    context: dg.AssetExecutionContext,
    recipe: Recipe,
    warehouse: Warehouse,
    parts: Parts,
    *,
    chat: Chat | None = None,
    settings: Mapping[str, Any] | None = None,
    describe: Callable[[Staged], dict[str, Any]] | None = None,
) -> Iterator[Event]:
    """Makes the run's shards portion by portion, then gates and publishes them together.

    Args:
        chat: whom to ask, where the recipe asks.
        settings: for the recipe's function, by name.
        describe: more metadata, from the staged rows.
    """
    shards, counts = shards_of(context), pairs_of(warehouse)
    asking = Asking.of(context, chat, warehouse) if chat is not None else None
    work = Work(recipe, settings or {}, asking, warehouse)
    store = parts.store()
    if store is None:
        made = functools.partial(work.here, spans(counts, shards or SHARDS, PORTION))
    else:
        refuse_caps(parts, chat)
        found = [span for shard in shards or SHARDS for span in spans(counts, (shard,), PORTION)]
        made = functools.partial(work.stored, found, store, parts.crew())
    yield from publish_made(context, recipe.table, warehouse, made, unit=recipe.unit, describe=describe, shards=shards)


def make_part(task: Task) -> Made:
    """Makes a part, unless it is there; its rows are the part's name."""
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="part-") as home:
        _refuse_strangers(task)
        run_id = task.asking.run_id if task.asking else ""
        found = _kept(task.store, task.part, task.asking, run_id, Path(home))
        if found is not None:
            return found
        made = task.recipe.made_of(StoredInputs(task.store, task.inputs, Path(home)), task.asking, task.settings)
        assert isinstance(made.rows, pd.DataFrame)
        file = Path(home) / "made.parquet"
        write_part(task.recipe.table, made.rows, file, _note(made, run_id))
        task.store.put(file, task.part)
        return replace(made, rows=Path(task.part), counts={**made.counts, "parts_made": 1})


@functools.cache
def code() -> str:
    """A hash of the files that a part's rows can depend on."""
    root, known = Path(persona_pipeline.__file__).parent, hashlib.sha256()
    for name in CODE:
        place = root / name
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in (file for file in files if file.suffix in {".py", ".md", ".yaml"}):
            known.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    return known.hexdigest()


@dataclass(frozen=True)
class Work:
    """A run's making of one table."""

    recipe: Recipe
    settings: Mapping[str, Any]
    asking: Asking | None
    warehouse: Warehouse

    def here(self, found: list[Span], _: Path) -> Iterator[Made]:
        """Each portion from the warehouse, in memory, when the one before is written."""
        for span in _told(found, self.recipe.table):
            yield self.recipe.made_of(Portion(self.warehouse, span), self.asking, self.settings)

    def stored(self, found: list[Span], store: PartStore, crew: Workers, folder: Path) -> Iterator[Made]:
        """Each portion as a part in the store, in order, when all are there."""
        done: dict[int, Made] = {}
        waiting: list[int] = []

        def missing() -> Iterator[Task]:
            for place, (span, task) in enumerate(zip(found, self._tasks(found, store), strict=True)):
                kept = _kept(store, task.part, self.asking, self._run_id, folder)
                if kept is not None:
                    done[place] = kept
                    continue
                self._export(span, task, folder)
                waiting.append(place)
                yield task

        table = self.recipe.table.path
        with self.asking.turn(table) if self.asking else nullcontext():
            for finished, (nth, made) in enumerate(crew.each(make_part, missing()), 1):
                done[waiting[nth]] = made
                progress.report(f"{table}, parts", finished, None)
        for place in range(len(found)):
            yield replace(done[place], rows=store.fetch(str(done[place].rows), folder))

    @property
    def _run_id(self) -> str:
        return self.asking.run_id if self.asking else ""

    def _tasks(self, found: list[Span], store: PartStore) -> Iterator[Task]:
        reads = self.recipe.reads
        contents = iter(
            self.warehouse.file.contents((table, condition(table, span)) for span in found for table in reads)
        )
        asking, host = self._for_workers()
        for span in found:
            inputs = {table.path: _input(table, next(contents)) for table in reads}
            part = f"{self.recipe.table.path}/{span.first}-{self._made_from(inputs)[:DIGITS]}.parquet"
            yield Task(self.recipe, self.settings, asking, store, inputs, part, code(), host)

    def _for_workers(self) -> tuple[Asking | None, str]:
        """Whom to ask, without what cannot leave this process, and the machine that alone has the ledger."""
        if self.asking is None:
            return None, ""
        chat, ledger, run_id = self.asking.chat, self.asking.ledger, self.asking.run_id
        if isinstance(ledger, Path):
            return Asking(chat, ledger.absolute(), run_id), socket.gethostname()
        return Asking(chat, ledger, run_id), ""

    def _made_from(self, inputs: Mapping[str, str]) -> str:
        """A hash of all that a part's rows depend on."""
        table = self.recipe.table
        return content_hash(table.path, table.column_names, code(), inputs, self.settings, self._answered())

    def _answered(self) -> dict[str, Any]:
        """What answers depend on."""
        if self.asking is None:
            return {}
        chat = self.asking.chat
        parameters = Path(chat.parameters).read_text("utf-8") if chat.parameters else ""
        return {name: getattr(chat, name) for name in ANSWERED} | {"parameters": parameters}

    def _export(self, span: Span, task: Task, folder: Path) -> None:
        """Puts the rows that a worker reads into the store, where they are not there."""
        lacking = [table for table in self.recipe.reads if not task.store.has(task.inputs[table.path])]
        files = [folder / f"input-{place}.parquet" for place, _ in enumerate(lacking)]
        self.warehouse.file.export(
            (table, condition(table, span), file) for table, file in zip(lacking, files, strict=True)
        )
        for table, file in zip(lacking, files, strict=True):
            task.store.put(file, task.inputs[table.path])
            file.unlink()


def _input(table: Table, content: str) -> str:
    """The stored file of some rows of a table."""
    return f"inputs/{table.path}/{content_hash(table.column_names, content)[:DIGITS]}.parquet"


def _told(found: list[Span], table: Table) -> Iterator[Span]:
    """The spans, telling how far what is made of them has come."""
    total, done = sum(span.n_pairs for span in found), 0
    for span in found:
        yield span
        done += span.n_pairs
        progress.report(f"{table.path}, all portions", done, total)


def _kept(store: PartStore, part: str, asking: Asking | None, run_id: str, folder: Path) -> Made | None:
    """What is said of a part that is there; None without one, or where a call failed that another run may try again."""
    if not store.has(part):
        return None
    note = note_of(store.fetch(part, folder))
    statuses: dict[Any, int] = note["statuses"]
    if statuses.get("failed") and note["run_id"] != run_id:
        return None
    asked = Asked(asking.chat.asking_prices(), Counter(statuses), 0, Usage()) if asking else None
    return Made(Path(part), note["rows_in"], note["dropped"], asked, {**note["counts"], "parts_found": 1})


def _note(made: Made, run_id: str) -> dict[str, Any]:
    statuses = dict(made.asked.statuses) if made.asked else {}
    return {
        "rows_in": made.rows_in,
        "dropped": made.dropped,
        "counts": made.counts,
        "statuses": statuses,
        "run_id": run_id,
    }


def _refuse_strangers(task: Task) -> None:
    """A worker with other code would make other rows; one without the ledger would pay for every reply again."""
    if task.code != code():
        raise ConfigError(
            "this worker runs another version of the program",
            where=socket.gethostname(),
            fix="Install the same version for the run and for every worker.",
        )
    if task.ledger_host not in ("", socket.gethostname()):
        raise ConfigError(
            f"the reply ledger is a file of {task.ledger_host}",
            where=socket.gethostname(),
            expected="for workers on several machines, a ledger that all reach",
            fix="Name a PostgreSQL database: PERSONA_LEDGER=postgresql://…",
        )


def refuse_caps(parts: Parts, chat: Chat | None) -> None:
    """Each process keeps to a budget of its own, so that several could spend it several times."""
    if chat is not None and parts.workers != "in_process" and (chat.max_dollars or chat.max_tokens):
        raise ConfigError(
            "a cap on dollars or tokens holds in one process only",
            where=f"resources.parts.workers: {parts.workers}",
            fix="Leave the cap out after `persona-pipeline estimate`, or use workers: in_process.",
        )
