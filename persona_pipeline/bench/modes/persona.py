"""The persona and the question, and the answer at once."""

from persona_pipeline.bench.modes import MODES, Mode, by_template

MODES.register(
    "persona",
    Mode(
        "persona",
        "The whole persona and the question; no request to reason first.",
        by_template("answer_for_persona"),
    ),
)
