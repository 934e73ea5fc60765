"""PERSONA Bench: a design that all share, answers for personas, critics' verdicts on each, and scores per mode."""

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table


class BenchItem(Row):
    item_id: str = column("The item: content-derived from persona and prompt.")
    position: int = column("Place in the design, from 1; a larger design begins with the same items.", at_least=1)
    persona_id: str = column("Whom the answer should suit.")
    prompt_id: str = column("The question.")
    design_hash: str = column("Hash of all the design's persona × prompt pairs; the same in every row.")
    seed: int = column("The seed of the design.")


DESIGN = table(
    "bench",
    "design",
    columns_of(BenchItem),
    key=("item_id",),
    description="The benchmark's items, persona × prompt, common to all models and modes that are compared.",
)


class BenchAnswer(ModelMade):
    answer_id: str = column("The answer: content-derived from mode, model, persona, prompt and draw.")
    mode: str = column("How the model was asked (baseline, persona, …); given, for answers from a file.")
    judged_model: str = column("The model under test, as asked for.")
    persona_id: str = column("Whom the answer should suit.")
    prompt_id: str = column("The question.")
    draw: int = column("0, 1, … for independent answers.", at_least=0)
    text: str | None = column(
        "The answer, without any reasoning before it (see raw_text); null when there is none.", min_length=1
    )
    seed: int = column("The seed of the persona × prompt design.")
    item_id: str = column("The item of bench.design.")
    source: str = column("asked: by this pipeline; else the file the answer was read from, with its sha256.")
    summary: str | None = column(
        "What the model took from the persona before, in a mode that asks for it; null in others.", min_length=1
    )
    summary_attributes: str | None = column(
        "The persona's attributes that the summary keeps, comma-separated; null without a summary."
    )
    summary_template: str | None = column("Name and content hash of the template that asked for the summary.")
    summary_request_hash: str | None = column("The summary's request, as in ops.model_calls.")


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
    draw: int = column("0, 1, … for independent verdicts on the same answer.", at_least=0)


CRITIQUES = table(
    "bench",
    "critiques",
    columns_of(BenchCritique),
    key=("answer_id", "judge", "draw"),
    description="The critics' debate over each answer and its verdict; success is no revision needed.",
)


class BenchSubtlety(ModelMade):
    answer_id: str = column("The answer judged.")
    judge: str = column("The model that judges, as asked for.")
    subtle: bool | None = column("False when the answer lets on what is known of the persona; null when unusable.")
    quoted: str | None = column("The words that let it on; null when there are none.")


SUBTLETY = table(
    "bench",
    "subtlety",
    columns_of(BenchSubtlety),
    key=("answer_id", "judge"),
    description="Whether an answer quotes the persona it was made for (PERSONA section 5.2); empty unless asked for.",
    min_rows=0,
)


class HumanVerdict(Row):
    answer_id: str = column("The answer judged.")
    rater_id: str = column("The person who judged.")
    needs_revision: bool = column("The person's verdict, on the critics' question.")
    source: str = column("The file it was read from, with its sha256.")


HUMAN_VERDICTS = table(
    "bench",
    "human_verdicts",
    columns_of(HumanVerdict),
    key=("answer_id", "rater_id"),
    description="People's verdicts on the benchmark's answers, read from a file; empty without one.",
    min_rows=0,
)


class BenchScore(Row):
    mode: str = column("How the model was asked.")
    judged_model: str = column("The model under test.")
    judge: str = column("The critic.")
    n_items: int = column("Items of the design, each with its first answer (draw 0).", at_least=0)
    n_scored: int = column("Items with a verdict.", at_least=0)
    n_unscored: int = column("Items without a usable answer or verdict; not counted as failures.", at_least=0)
    n_success: int = column("Items whose answer needs no revision.", at_least=0)
    accuracy: float | None = column("n_success / n_scored; null when nothing was scored.", at_least=0, at_most=1)
    low: float | None = column("Lower end of the interval, bootstrap over personas and prompts.", at_least=0, at_most=1)
    high: float | None = column(
        "Upper end of the interval, bootstrap over personas and prompts.", at_least=0, at_most=1
    )
    confidence: float = column("Confidence of the interval.", at_least=0, at_most=1)
    reason: str | None = column("Why accuracy is null, or 'insufficient: …' under 30 scored items; null otherwise.")
    design: str = column("Hash of the persona × prompt design; only scores of one design compare.")
    simulated: bool = column("True when a simulated model answered or judged.")
    seed: int = column("The seed of the design and of the bootstrap.")
    version: str = column(
        "Version of the benchmark: hash of design, templates, judge and number of verdicts; only scores of one version "
        "compare."
    )
    n_tied: int = column("Of the unscored, those whose verdicts are even.", at_least=0)
    n_draws: int = column("Verdicts asked for on each answer; their majority decides.", at_least=0)
    flip_rate: float | None = column(
        "How often two verdicts on one answer differ; null with one verdict.", at_least=0, at_most=1
    )
    n_subtlety: int = column("Answers judged for subtlety.", at_least=0)
    not_subtle: float | None = column(
        "Share of these that let on what is known of the persona; null when none was judged.", at_least=0, at_most=1
    )
    not_subtle_low: float | None = column("Lower end of its interval.", at_least=0, at_most=1)
    not_subtle_high: float | None = column("Upper end of its interval.", at_least=0, at_most=1)
    n_human: int = column("Scored answers on which people have a majority verdict.", at_least=0)
    human_agreement: float | None = column(
        "Share of these on which the judge says what they say; null without any.", at_least=0, at_most=1
    )
    human_kappa: float | None = column(
        "Cohen's kappa of the judge and the people's majority; null when undefined.", at_least=-1, at_most=1
    )
    human_reason: str | None = column("Why an agreement with people is null, or 'insufficient: …'; null otherwise.")
    self_judged: bool = column("True when the judge is the judged model, which had to be allowed in words.")


SCORES = table(
    "bench",
    "scores",
    columns_of(BenchScore),
    key=("mode", "judged_model", "judge"),
    description="Share of answers that need no revision, per mode, with an interval and what was not scored.",
)
