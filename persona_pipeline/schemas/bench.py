"""PERSONA Bench: answers for personas, a critic's verdict on each, and scores per mode."""

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table


class BenchAnswer(ModelMade):
    answer_id: str = column("The answer: content-derived from mode, model, persona, prompt and draw.")
    mode: str = column("How the model was asked (baseline, persona, …).")
    judged_model: str = column("The model under test, as asked for.")
    persona_id: str = column("Whom the answer should suit.")
    prompt_id: str = column("The question.")
    draw: int = column("0, 1, … for independent answers.", at_least=0)
    text: str | None = column("The answer; null when there is none.", min_length=1)
    seed: int = column("The seed of the persona × prompt design.")


ANSWERS = table(
    "bench",
    "answers",
    columns_of(BenchAnswer),
    key=("answer_id",),
    description="The model's answer to each item of the benchmark's persona × prompt design, per mode.",
)


class BenchCritique(ModelMade):
    answer_id: str = column("The answer judged.")
    judge: str = column("The critic, as asked for.")
    personalisation: str | None = column("What the personalisation critic says; null when unusable.")
    helpfulness: str | None = column("What the helpfulness critic says; null when unusable.")
    conclusion: str | None = column("What they conclude; null when unusable.")
    needs_revision: bool | None = column("The verdict: true is a failure; null when unscored.")


CRITIQUES = table(
    "bench",
    "critiques",
    columns_of(BenchCritique),
    key=("answer_id", "judge"),
    description="The critics' debate over each answer and its verdict; success is no revision needed.",
)


class BenchScore(Row):
    mode: str = column("How the model was asked.")
    judged_model: str = column("The model under test.")
    judge: str = column("The critic.")
    n_items: int = column("Items of the design.", at_least=0)
    n_scored: int = column("Items with a verdict.", at_least=0)
    n_unscored: int = column("Items without a usable answer or verdict; not counted as failures.", at_least=0)
    n_success: int = column("Items whose answer needs no revision.", at_least=0)
    accuracy: float | None = column("n_success / n_scored; null when nothing was scored.", at_least=0, at_most=1)
    low: float | None = column("Lower end of the interval, bootstrap over personas.", at_least=0, at_most=1)
    high: float | None = column("Upper end of the interval, bootstrap over personas.", at_least=0, at_most=1)
    confidence: float = column("Confidence of the interval.", at_least=0, at_most=1)
    reason: str | None = column("Why accuracy is null, or 'insufficient: …' under 30 scored items; null otherwise.")
    design: str = column("Hash of the persona × prompt design; only scores of one design compare.")
    simulated: bool = column("True when a simulated model answered or judged.")
    seed: int = column("The seed of the design and of the bootstrap.")


SCORES = table(
    "bench",
    "scores",
    columns_of(BenchScore),
    key=("mode", "judged_model", "judge"),
    description="Share of answers that need no revision, per mode, with an interval and what was not scored.",
)
