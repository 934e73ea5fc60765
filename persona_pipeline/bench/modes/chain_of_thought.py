"""The persona and the question, and reasoning before the answer; the critics do not see the reasoning."""

from persona_pipeline.bench.modes import MODES, Mode, by_template
from persona_pipeline.schemas.replies import sections

HEADINGS = ("REASONING", "ANSWER")
MAX_TOKENS = 2048  # for the reasoning as well


def answer_in(text: str) -> str | None:
    """What stands under ANSWER; None without both headings."""
    found = sections(text, HEADINGS)
    return found["ANSWER"] if found else None


MODES.register(
    "chain_of_thought",
    Mode(
        "chain_of_thought",
        "The whole persona and the question; it reasons first, which the critics do not see.",
        by_template("answer_step_by_step", max_tokens=MAX_TOKENS, headings=HEADINGS),
        answer_in=answer_in,
    ),
)
