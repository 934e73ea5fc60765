"""Whether what a model wrote leans: its words against those of the control arm, persona by persona.

Long texts by a model were seen to shift personas to the left and the positive (arXiv 2503.16527). The word lists here
are short and our own; they see words and no meaning, so a shift is a hint to look closer and none is no proof.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.personas.data import published
from persona_pipeline.personas.labels import made_up
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, WRITTEN_ATTRIBUTES
from persona_pipeline.schemas.persona_reports import DRIFT
from persona_pipeline.schemas.render import as_lines

ENOUGH = 30
Z95 = 1.96
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
CUES = ["quirk_cue", "mannerism_cue", "personal_time_cue", "core_values"]
STATED = ("ideology", "political_views")  # these say which side they are on, and no text should be measured by that
GIVEN = [name for name in ATTRIBUTE_NAMES if name not in (*WRITTEN_ATTRIBUTES, *STATED)]


def drift(personas: pd.DataFrame, profiles: pd.DataFrame) -> pd.DataFrame:
    """One row per measure and control (personas.drift); only personas with texts by a model count.

    Args:
        profiles: personas.profiles, for the cues that the texts started from.
    """
    ours = personas[personas["lifestyle"].notna()]
    cues = profiles.set_index("persona_id").reindex(ours["persona_id"])[CUES].to_dict("records")
    rows = ours.to_dict("records")
    written = [_joined(row[name] for name in WRITTEN_ATTRIBUTES) for row in rows]
    controls = {
        "demographics_only": [as_lines(row, only=GIVEN) for row in rows],
        "cues": [_joined(row.values()) for row in cues],
    }
    return DRIFT.frame(
        {"measure": measure, "against": against, "unit": unit, "n_personas": len(rows), **made_up(personas)}
        | _shift(np.array([score(text) for text in texts]), np.array([score(text) for text in written]))
        for measure, (unit, score) in MEASURES.items()
        for against, texts in controls.items()
    )


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def balance(text: str, name: str) -> float:
    """Words of the list `name` that count +1, less those that count −1, per 100 words; 0 for an empty text."""
    found, values = words(text), _values(name)
    return 100 * sum(values.get(word, 0) for word in found) / len(found) if found else 0.0


@cache
def _values(name: str) -> dict[str, int]:
    table = published(name)
    return dict(zip(table["word"], table["value"].tolist(), strict=True))


MEASURES: dict[str, tuple[str, Callable[[str], float]]] = {
    "sentiment": ("per 100 words", lambda text: balance(text, "sentiment_words")),
    "ideology": ("per 100 words", lambda text: balance(text, "ideology_words")),
    "length": ("words", lambda text: float(len(words(text)))),
}


def _shift(control: np.ndarray, written: np.ndarray) -> dict[str, Any]:
    """Means of both and of the paired differences, with a 95 % interval."""
    if len(written) < ENOUGH:
        reason = f"insufficient: {len(written)} personas with written attributes, {ENOUGH} needed"
        return dict.fromkeys(("control", "written", "shift", "low", "high")) | {"reason": reason}
    differences = written - control
    shift, half = float(differences.mean()), float(Z95 * differences.std(ddof=1) / np.sqrt(len(differences)))
    return {
        "control": float(control.mean()),
        "written": float(written.mean()),
        "shift": shift,
        "low": shift - half,
        "high": shift + half,
        "reason": None,
    }


def _joined(texts: Any) -> str:
    return " ".join(str(text) for text in texts if isinstance(text, str))
