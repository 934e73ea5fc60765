"""Input files: which of the waiting requests go into the next one."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO

from persona_pipeline.llm.batch.book import Book, How, Record
from persona_pipeline.llm.batch.limits import Limits
from persona_pipeline.llm.batch.lines import line_of
from persona_pipeline.llm.batch.wave import Wave
from persona_pipeline.llm.tokens import prompt_tokens
from persona_pipeline.schemas.chat import ChatRequest


@dataclass
class Input:
    """An input file under construction: requests to one model, as an endpoint wants it.

    Args:
        content: a file that vanishes when it is closed.
        tokens: about how many tokens the prompts have.
        unsendable: requests that no file can hold.
    """

    model: str
    content: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    hashes: list[str] = field(default_factory=list)
    unsendable: list[str] = field(default_factory=list)
    size_bytes: int = 0
    tokens: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return self._digest.hexdigest()

    def has_room(self, line: bytes, limits: Limits) -> bool:
        """Whether the file may have the line; the first it always may: the endpoint will say what is wrong with it."""
        fits = len(self.hashes) < limits.lines and self.size_bytes + len(line) <= limits.size_bytes
        return fits or not self.hashes

    def add(self, request_hash: str, line: bytes, tokens: int) -> None:
        self.content.write(line)
        self._digest.update(line)
        self.hashes.append(request_hash)
        self.size_bytes += len(line)
        self.tokens += tokens


def next_input(
    model: str,
    waiting: Mapping[str, ChatRequest],
    limits: Limits,
    *,
    room: float,
    reserve: Callable[[str], bool],
) -> Input:
    """As many of the waiting requests as one file may have, from the first on; none when the budget has no room.

    Args:
        waiting: requests to the model, by hash.
        room: the prompt tokens that the endpoint will take now.
        reserve: sets a request's cost aside, or says that it does not fit.
    """
    made = Input(model)
    for request_hash, request in waiting.items():
        try:
            line = line_of(request_hash, request)
        except UnicodeEncodeError:
            made.unsendable.append(request_hash)
            continue
        tokens = prompt_tokens(request)
        if made.tokens + tokens > room or not made.has_room(line, limits) or not reserve(request_hash):
            break
        made.add(request_hash, line, tokens)
    made.content.seek(0)
    return made


def new_record(book: Book, how: How, wave: Wave, made: Input) -> Record:
    """The batch that an input file of the wave becomes."""
    return book.new(
        how=how,
        endpoint=wave.endpoint,
        model=made.model,
        input_hash=made.digest,
        stage=wave.table,
        run=wave.asked_by,
        lines=len(made.hashes),
        tokens=made.tokens,
    )
