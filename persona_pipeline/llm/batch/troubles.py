"""What can be wrong with a batch, each as the one error that ends the run and says how to go on."""

from collections.abc import Sequence

from persona_pipeline.errors import ConfigError, ModelCallError
from persona_pipeline.llm.batch.book import How, Record
from persona_pipeline.llm.batch.endpoint import Problem
from persona_pipeline.llm.batch.patience import GOES_ON

SHOWN = 3


def not_ended(record: Record, window_s: float) -> ModelCallError:
    return ModelCallError(
        f"the batch {record.batch_id} has not ended in {window_s / 3600:,.1f} hours, it is still {record.status}",
        where=record.endpoint,
        fix=GOES_ON,
    )


def unknown(record: Record) -> ModelCallError:
    return ModelCallError(
        f"the endpoint does not know the batch {record.batch_id} of {record.created_at}",
        where=record.endpoint,
        fix="Use the key and the project that it was submitted with. If it is gone for good, "
        f"`persona-pipeline ledger batches --forget {record.key}` frees its requests to be asked, and paid, again.",
    )


def invalid(record: Record, problems: Sequence[Problem]) -> ModelCallError:
    """The endpoint would not take an input file: the first problems with their lines, and how many more."""
    shown = "; ".join(map(str, problems[:SHOWN])) or "it gave no reason"
    more = f"; and {len(problems) - SHOWN:,} more" if len(problems) > SHOWN else ""
    return ModelCallError(
        f"the endpoint refused a batch of {record.lines:,} requests to {record.model}: {shown}{more}",
        where=record.endpoint,
        fix=f"Nothing of it was asked or paid. Mend the cause and run again. {GOES_ON}",
    )


def no_room(record: Record, window_s: float, message: str) -> ModelCallError:
    return ModelCallError(
        f"the endpoint's queue has had no room for a batch in {window_s / 3600:,.1f} hours ({message})",
        where=record.endpoint,
        fix="See which batches wait there, and set resources.chat.batch_enqueued_tokens to what may wait.",
    )


def cancelled(record: Record, asked: int, left: int) -> ModelCallError:
    return ModelCallError(
        f"the batch {record.batch_id} was cancelled, with {asked - left:,} of {asked:,} requests answered, which are "
        "kept",
        where=record.endpoint,
        fix="Run again to put the others into another batch.",
    )


def refuse_other_way(record: Record, how: How) -> None:
    """Raises ConfigError when requests are in a batch of the other kind: they would be asked twice."""
    if record.how != how:
        kind = "a file for `vllm run-batch`" if record.how == "batch_files" else f"a batch at {record.endpoint}"
        raise ConfigError(
            f"{record.lines:,} of the requests are in {record.key}, {kind}",
            where=f"how: {how}",
            fix=f"Go on with --how {record.how}, or free its requests with "
            f"`persona-pipeline ledger batches --forget {record.key}`; what it costs until then is spent.",
        )
