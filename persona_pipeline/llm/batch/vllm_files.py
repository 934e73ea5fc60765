"""A wave through files for `vllm run-batch`: written, left for somebody to answer, and read when they were."""

import shlex
import tempfile
from pathlib import Path

from persona_pipeline.errors import InputError, ModelCallError
from persona_pipeline.llm.batch import troubles
from persona_pipeline.llm.batch.book import Book, Record
from persona_pipeline.llm.batch.collection import LOST, Collection, stop_if_hopeless
from persona_pipeline.llm.batch.inputs import Input, new_record, next_input
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.batch.lock import submitting
from persona_pipeline.llm.batch.wave import Wave
from persona_pipeline.llm.provider import ProviderFailure
from persona_pipeline.schemas.chat import ChatReply, ChatRequest, ReplyStatus


class VllmFiles:
    """Asks waves through a folder: NAME.in.jsonl goes to vLLM, NAME.out.jsonl comes back.

    A request that failed stays failed until it is pruned from the ledger: otherwise every run would end here, with a
    new file for it.
    """

    settles: tuple[ReplyStatus, ...] = ("failed",)

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits

    def ask(self, wave: Wave) -> dict[str, ChatReply]:
        """A reply for every missing request; raises ModelCallError with what to type while answers are not there."""
        book = Book(wave.ledger.path)
        try:
            return _Asking(wave, book, self._folder, self._limits).if_answered()
        finally:
            book.close()


class _Asking:
    """One wave."""

    def __init__(self, wave: Wave, book: Book, folder: Path, limits: Limits) -> None:
        self._wave, self._book, self._folder, self._limits = wave, book, folder, limits
        self._collection = Collection(wave, book)
        self._replies: dict[str, ChatReply] = {}

    def if_answered(self) -> dict[str, ChatReply]:
        self._book.settle_recorded()
        self._read_answers()
        with submitting(self._book.path):
            self._write_questions()
        waiting = self._book.owing(self._missing())
        if waiting:
            raise self._pending(waiting)
        stop_if_hopeless(self._wave, self._replies.values())
        return self._replies

    def _missing(self) -> list[str]:
        return [one for one in self._wave.missing if one not in self._replies]

    def _read_answers(self) -> None:
        """Takes what the output files have; a request that one lacks is put into the next file."""
        for record in self._book.owing(self._wave.missing):
            troubles.refuse_other_way(record, "batch_files")
            output = self._output(record)
            if output.exists():
                self._read(record, output)
            elif not self._input(record).exists():  # somebody removed it, and nobody can answer it any more
                self._book.release(record.key, "given up")

    def _read(self, record: Record, output: Path) -> None:
        ours = [one for one, done in self._book.lines(record.key).items() if not done and one in self._wave.missing]
        try:
            with output.open("rb") as lines:
                result = self._collection.read(record, ours, lines, took_s=0.0)
        except OSError as exc:
            raise InputError(f"the answers cannot be read: {exc.strerror}", where=str(output)) from exc
        self._replies |= result.replies
        again: dict[str, ProviderFailure] = result.again | dict.fromkeys(result.missing, LOST)
        self._replies |= self._collection.put_again(record, again, self._wave.attempts)
        self._book.update(record, status="read", completed=len(result.replies), remarks=result.remarks)

    def _write_questions(self) -> None:
        """Puts into files what is in none, as far as the budget goes."""
        in_files = {one for record in self._book.owing(self._missing()) for one in self._book.lines(record.key)}
        self._replies |= self._wave.recorded(one for one in self._missing() if one not in in_files)
        waiting: dict[str, dict[str, ChatRequest]] = {}
        for one in self._missing():
            if one not in in_files:
                request = self._wave.missing[one]
                waiting.setdefault(request.model, {})[one] = request
        for model, requests in waiting.items():
            while requests and self._write_one(model, requests):
                pass
        if any(waiting.values()) and not in_files and self._wave.budget is not None:
            raise self._wave.budget.used_up(len(self._replies), len(self._wave.missing))

    def _write_one(self, model: str, requests: dict[str, ChatRequest]) -> bool:
        made = next_input(model, requests, self._limits, room=float("inf"), reserve=self._wave.reserve)
        with made.content:
            self._replies |= self._wave.give_up(made.unsendable)
            for one in (*made.hashes, *made.unsendable):
                del requests[one]
            if made.hashes:
                self._write(made)
        return bool(made.hashes)

    def _write(self, made: Input) -> None:
        """The file first and the book second: a file that the book does not know is written over by its equal."""
        record = new_record(self._book, "batch_files", self._wave, made)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as whole:
                while piece := made.content.read(1 << 20):
                    whole.write(piece)
            Path(whole.name).replace(self._input(record))
        except OSError as exc:
            raise InputError(f"the questions cannot be written: {exc.strerror}", where=str(self._folder)) from exc
        self._book.claim(record, made.hashes)

    def _pending(self, records: list[Record]) -> ModelCallError:
        lines = sum(record.lines for record in records)
        commands = "\n".join(f"  {self._command(record)}" for record in records)
        return ModelCallError(
            f"{lines:,} requests wait in {len(records):,} files for their answers; {len(self._replies):,} of "
            f"{len(self._wave.missing):,} have come",
            where=self._wave.table,
            fix=f"Where vLLM and the model are, type the following, then run again:\n{commands}",
        )

    def _command(self, record: Record) -> str:
        parts = ["-i", str(self._input(record)), "-o", str(self._output(record)), "--model", record.model]
        return f"vllm run-batch {shlex.join(parts)}"

    def _input(self, record: Record) -> Path:
        return self._folder / f"{record.key}.in.jsonl"

    def _output(self, record: Record) -> Path:
        return self._folder / f"{record.key}.out.jsonl"
