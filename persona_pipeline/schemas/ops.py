"""How the tables came about: every paid model call, every publish, and the layout of the file."""

import datetime

from persona_pipeline.schemas.chat import FailureKind, ReplyStatus
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table


class ModelCall(Row):
    """A call as the ledger keeps it."""

    request_hash: str = column("The request's content hash; rows made from it carry the same.")
    stage: str = column("The table it was asked for.")
    row_id: str = column("The row it was asked for first.")
    endpoint: str = column("Where it was sent, without credentials.")
    model: str = column("The model asked.")
    answered_by: str = column("The model the endpoint says it used.")
    template: str = column("Name and content hash of the prompt template.")
    draw: int = column("0, 1, … for independent draws of the same question.", at_least=0)
    status: ReplyStatus = column("What came back.")
    failure_kind: FailureKind | None = column("Why no answer came; null when one did.")
    prompt_tokens: int | None = column(
        "Tokens asked, as the endpoint counted them in all attempts; null when not.", at_least=0
    )
    completion_tokens: int | None = column("Tokens answered, as the endpoint counted.", at_least=0)
    latency_s: float = column("From sending the last attempt to its whole answer.", unit="seconds", at_least=0)
    attempts: int = column("How often it was sent.", at_least=1)
    simulated: bool = column("True when a simulated model answered.")
    asked_at: datetime.datetime = column("When the answer was recorded, UTC.")
    asked_by: str = column("The Dagster run that asked.")
    batch: str | None = column("The batch it was asked in; null for a call of its own.")


class Cost(Row):
    cost_usd: float | None = column("What its tokens cost by the price file; null when unknown.", at_least=0)
    cost_reason: str | None = column("Why the cost is unknown; null when it is known.")


MODEL_CALLS = table(
    "ops",
    "model_calls",
    columns_of(ModelCall) + columns_of(Cost),
    key=("request_hash",),
    description="Every model call in the reply ledger behind this warehouse; a call answered from the ledger is not "
    "made, and so not here, twice.",
    min_rows=0,
)


class Release(Row):
    table_name: str = column("The table, as schema.name.")
    released_at: datetime.datetime = column("When it was published, UTC.")
    n_rows: int = column("Its rows afterwards.", at_least=0)
    content: str = column("Hash of its rows without run_id: equal hashes, equal data.")
    checks_passed: int = column("Gate checks that passed.", at_least=0)
    checks_warned: int = column("Gate checks that failed with severity WARN.", at_least=0)
    shards: str | None = column("The persona shards that were replaced, with blanks; null: the whole table was.")


RELEASES = table(
    "ops",
    "releases",
    columns_of(Release),
    key=("table_name", "released_at"),
    description="Every publish of every table, written in the same transaction as the table itself.",
    min_rows=0,
)


class AppliedMigration(Row):
    number: int = column("The layout that the file has since then; the highest one is the file's.", at_least=1)
    what: str = column("What is different in it.")
    applied_at: datetime.datetime = column("When the file got it, UTC.")


MIGRATIONS = table(
    "ops",
    "migrations",
    columns_of(AppliedMigration),
    key=("number",),
    description="The layouts that this file has had; a program that is older than the file refuses it.",
    min_rows=0,
)
