"""Leave-one-out on the benchmark: answers and verdicts without each attribute of the persona, and what that changes."""

from typing import Literal

from persona_pipeline.schemas.chat import ModelMade
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table

WithheldFrom = Literal["nobody", "model", "critics"]


class LeaveOneOutAnswer(ModelMade):
    answer_id: str = column(
        "The answer: content-derived; that of the whole persona is the first answer of bench.answers, mode persona."
    )
    judged_model: str = column("The model under test, as asked for.")
    item_id: str = column("The item of bench.design.")
    persona_id: str = column("Whom the answer should suit.")
    prompt_id: str = column("The question.")
    attribute: str | None = column("What the model was not told of the persona; null: it was told everything.")
    text: str | None = column("The answer; null when there is none.", min_length=1)
    seed: int = column("The seed of the design.")


LEAVE_ONE_OUT_ANSWERS = table(
    "bench",
    "leave_one_out_answers",
    columns_of(LeaveOneOutAnswer),
    key=("answer_id",),
    description="Answers to some items of the benchmark with the whole persona and without each of its attributes; "
    "empty with items: 0.",
    min_rows=0,
)


class LeaveOneOutVerdict(ModelMade):
    verdict_id: str = column("The verdict: content-derived from answer, judge and what the critics were not told.")
    answer_id: str = column("The answer judged, of bench.leave_one_out_answers.")
    withheld_from: WithheldFrom = column(
        "Who was not told the attribute: nobody (the whole persona, answered and judged), the model under test, or "
        "the critics."
    )
    attribute: str | None = column("What was withheld; null: nothing.")
    judged_model: str = column("The model under test.")
    item_id: str = column("The item of bench.design.")
    persona_id: str = column("Whom the answer should suit.")
    prompt_id: str = column("The question.")
    judge: str = column("The critic, as asked for.")
    personalisation: str | None = column("What the personalisation critic says; null when unusable.")
    helpfulness: str | None = column("What the helpfulness critic says; null when unusable.")
    conclusion: str | None = column("What they conclude; null when unusable.")
    needs_revision: bool | None = column("The verdict: true is a failure; null when unscored.")


LEAVE_ONE_OUT_VERDICTS = table(
    "bench",
    "leave_one_out_verdicts",
    columns_of(LeaveOneOutVerdict),
    key=("verdict_id",),
    description="The critics' verdicts for leave-one-out: on the whole persona's answers, on those without an "
    "attribute, and on the whole persona's by critics who are not told it.",
    min_rows=0,
)


class BenchLeaveOneOut(Row):
    judged_model: str = column("The model under test.")
    judge: str = column("The critic.")
    withheld_from: Literal["model", "critics"] = column("Who was not told the attribute.")
    attribute: str = column("The attribute left out.")
    n_items: int = column("Items whose persona has it, with a verdict both with it and without it.", at_least=0)
    n_left_out: int = column("Items whose persona has it that lack one of the two verdicts.", at_least=0)
    only_whole: int = column("Of n_items, those that pass with the whole persona only.", at_least=0)
    only_without: int = column("Those that pass without the attribute only.", at_least=0)
    difference: float | None = column("Accuracy with the whole persona less that without; null without items.")
    low: float | None = column("Lower end of the difference's interval, bootstrap over personas and prompts.")
    high: float | None = column("Upper end of it.")
    confidence: float = column("Confidence of the interval.", at_least=0, at_most=1)
    test: Literal["mcnemar_exact", "paired_bootstrap"] | None = column("As in bench.comparisons.")
    p_value: float | None = column("Two-sided, of no difference; null without items.", at_least=0, at_most=1)
    corrected_p: float | None = column(
        "The same, by Holm over the attributes of this model, judge and way.", at_least=0, at_most=1
    )
    rank: int | None = column("1 for the attribute whose loss costs most; null without items.", at_least=1)
    reason: str | None = column("Why the difference is null, or 'insufficient: …'; null otherwise.")
    design: str = column("Hash of the items' persona × prompt pairs.")
    simulated: bool = column("True when a simulated model answered or judged.")
    seed: int = column("The seed of the bootstrap.")


BENCH_LEAVE_ONE_OUT = table(
    "bench",
    "leave_one_out",
    columns_of(BenchLeaveOneOut),
    key=("judged_model", "judge", "withheld_from", "attribute"),
    description="What the benchmark's accuracy owes to each attribute of the persona, in the mode persona: the whole "
    "persona against each single attribute less, paired on the same items; empty with items: 0.",
    min_rows=0,
)
