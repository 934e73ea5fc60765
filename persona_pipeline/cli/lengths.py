"""How long the parts of a request and the answers are, in tokens: from what is at hand, else assumed, and said so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.tokens import CHARACTERS_PER_TOKEN
from persona_pipeline.personas.enrichment import CUES
from persona_pipeline.prompts.candidates import EMBEDDED, read_candidates
from persona_pipeline.prompts.classification import undecided
from persona_pipeline.prompts.filtering import flags
from persona_pipeline.prompts.filters import RuleSettings
from persona_pipeline.schemas.persona import PROFILES
from persona_pipeline.schemas.prompt import DECISIONS
from persona_pipeline.schemas.render import as_lines, one_line
from persona_pipeline.schemas.tables import Table
from persona_pipeline.warehouse import WarehouseFile

SAMPLE = 200  # rows of a table whose mean length is taken
ASSUMED_PARTS = {"profile": 280, "cues": 60}
"""Tokens, where no table is at hand: as measured on profiles of the embedded extract."""
ASSUMED_ANSWERS = {"verdict": 60, "details": 350, "answer": 250, "critique": 220}
"""Tokens, where the ledger holds no past calls: typical of instruction-tuned models."""
PRISM_CANDIDATES = 4_500  # opening prompts that the two rules leave of those that can be had
KEPT_SHARE = 3_868 / 4_483  # PERSONA section 3.2: what the model's verdict left of what the rules had


@dataclass(frozen=True)
class Length:
    """A number, mostly of tokens, and where it comes from."""

    value: float
    source: str


@dataclass(frozen=True)
class AtHand:
    """What an estimate may look at.

    Args:
        warehouse: None, or a file that need not have every table.
        ledger: past calls; None: none.
        prism, prompts: the source of the prompts, as in the run configuration.
    """

    warehouse: WarehouseFile | None
    ledger: Path | str | None
    prism: str = ""
    prompts: str = ""

    @property
    def source(self) -> str:
        """What the prompts are read from."""
        return self.prompts or self.prism or EMBEDDED

    def profile(self) -> Length:
        """A persona before a model has written its open-ended attributes."""
        rows = self._rows(PROFILES)
        return _mean("profile", rows, map(as_lines, rows))

    def cues(self) -> Length:
        rows = self._rows(PROFILES)
        lines = ("\n".join(f"{label}: {one_line(row[column])}" for label, column in CUES.items()) for row in rows)
        return _mean("cues", rows, lines)

    def kept_share(self) -> Length:
        """Of the prompts that the rules leave, those that a model's verdict keeps."""
        decided = [row for row in self._rows(DECISIONS, limit=None) if row["decided_by"] == "model"]
        if not decided:
            return Length(KEPT_SHARE, "assumed, as in the paper")
        return Length(sum(bool(row["kept"]) for row in decided) / len(decided), f"of {len(decided):,} decided before")

    def candidates(self) -> pd.DataFrame | None:
        """The prompts that pass the rules; None when their file is not here."""
        try:
            found = read_candidates(self.prism, self.prompts)
        except (ConfigError, InputError):
            return None
        return undecided(found, flags(found, RuleSettings()))

    def answer(self, stage: str, kind: str, model: str) -> Length:
        """Of past calls of this table by this model, else by any real one; else assumed."""
        past = _past_calls(self.ledger) if self.ledger else []
        own = [row for row in past if row[0] == stage and row[1] == model]
        real = [row for row in past if row[0] == stage and not row[2]]
        for found, whose in ((own, model), (real, "other models")):
            calls = sum(row[3] for row in found)
            if calls:
                tokens = sum(row[3] * row[4] for row in found) / calls
                return Length(tokens, f"mean of {calls:,} past calls of {whose}")
        return Length(ASSUMED_ANSWERS[kind], "assumed")

    def _rows(self, table: Table, limit: int | None = SAMPLE) -> list[dict[Any, Any]]:
        if self.warehouse is None or not self.warehouse.has(table):
            return []
        frame = self.warehouse.read(table)
        rows: list[dict[Any, Any]] = frame.head(limit or len(frame)).to_dict("records")
        return rows


def tokens_of(text: str) -> float:
    return len(text) / CHARACTERS_PER_TOKEN


def _mean(part: str, rows: Sequence[object], texts: Iterable[str]) -> Length:
    if not rows:
        return Length(ASSUMED_PARTS[part], "assumed")
    return Length(sum(map(tokens_of, texts)) / len(rows), f"mean of {len(rows):,} in the database")


def _past_calls(file: Path | str) -> list[tuple[Any, ...]]:
    with Ledger(file, read_only=True) as ledger:
        return ledger.answer_lengths()
