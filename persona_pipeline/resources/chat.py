"""Models as a Dagster resource: which, where, how many at once; every call goes through the reply ledger."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from persona_pipeline.bench.judges import ITSELF, admitted
from persona_pipeline.llm.batch.limits import OPENAI_BYTES, OPENAI_LINES, Limits
from persona_pipeline.llm.batch.ways import Way, provider_and_batching
from persona_pipeline.llm.budget import Budget
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.limiter import limiters_for
from persona_pipeline.llm.parameters import EMBEDDED, adapt, read_parameters
from persona_pipeline.llm.prices import Prices, read_prices
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.runner import Runner
from persona_pipeline.llm.usage import Usage
from persona_pipeline.schemas.chat import Acceptable, ChatReply, ChatRequest
from persona_pipeline.settings import Settings
from persona_pipeline.simulation import MODELS

_BUDGETS: dict[tuple[object, ...], Budget] = {}
"""What the runs of this process may spend; answers without token counts are counted here and nowhere else."""


class Chat(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Asks models. The key comes from the environment only and is never part of a configuration."""

    provider: str = Field(
        default="simulated",
        description="simulated (embedded, no network; its rows are marked), openai_compatible, or replay.",
    )
    model: str = Field(default="sim-a", description="The model that classifies, enriches, answers and revises.")
    judge: str = Field(
        default="",
        description="The model that judges pairs and benchmark answers. The benchmark needs one other than `model`; "
        "empty: another simulated model where `model` is simulated, else the benchmark refuses.",
    )
    judge_itself: str = Field(
        default="",
        description=f"The words '{ITSELF}' let the benchmark's judge be a model under test; its scores say so.",
    )
    base_url: str = Field(
        default="", description="An OpenAI-compatible endpoint such as http://127.0.0.1:8000/v1; empty: OpenAI's."
    )
    api_key_variable: str = Field(
        default="OPENAI_API_KEY", description="The environment variable that holds the endpoint's key."
    )
    concurrency: int = Field(default=64, ge=1, le=4096, description="Requests in flight at once.")
    attempts: int = Field(default=5, ge=1, le=20, description="How often a request is sent before it counts as failed.")
    draws: int = Field(
        default=3,
        ge=1,
        le=10,
        description="How often a question is put whose answer is invalid, truncated, filtered, refused or empty.",
    )
    max_dollars: float = Field(default=0, ge=0, description="A run stops asking before it costs more; 0: no cap.")
    max_tokens: int = Field(default=0, ge=0, description="A run stops asking before it uses more tokens; 0: no cap.")
    prices: str = Field(default="", description="A price file shaped like llm/prices.yaml, which is the default.")
    allow_unknown_prices: bool = Field(
        default=False, description="Under a cap in dollars, count models without a price as free."
    )
    parameters: str = Field(
        default="",
        description="A file shaped like llm/parameters.yaml, which is the default: models that refuse max_tokens or "
        "a temperature, and what is sent to them instead.",
    )
    requests_per_minute: int = Field(
        default=0, ge=0, description="The endpoint's limit for each model; 0: as its answers tell."
    )
    tokens_per_minute: int = Field(
        default=0,
        ge=0,
        description="The endpoint's limit for each model, prompts and answers; 0: as it tells.",
    )
    timeout_s: float = Field(default=120.0, gt=0, description="How long to wait for one answer, in seconds.")
    ledger: str = Field(
        default="",
        description="The reply ledger (PERSONA_LEDGER): a SQLite file, or postgresql://user@host/database, whose "
        "password comes from the environment only; empty: beside the warehouse file.",
    )
    recording: str = Field(default="", description="For provider replay: the ledger file to answer from.")
    how: Way = Field(
        default="live",
        description="live: one call for each request; batch: the endpoint's Batch API, cheaper and within a day; "
        "batch_files: files in batch_folder for `vllm run-batch`.",
    )
    batch_folder: str = Field(default="", description="For batch_files: where questions are written, answers read.")
    batch_lines: int = Field(default=OPENAI_LINES, ge=1, description="The most requests in one batch.")
    batch_bytes: int = Field(default=OPENAI_BYTES, ge=1, description="The largest input file of a batch, in bytes.")
    batch_enqueued_tokens: int = Field(
        default=0, ge=0, description="The prompt tokens that may wait at the endpoint for each model; 0: found out."
    )
    batch_poll_s: float = Field(default=30.0, gt=0, description="How often batches are looked after, in seconds.")

    def ask(
        self,
        requests: list[ChatRequest],
        *,
        ledger: Path | str,
        asked_by: str,
        acceptable: Acceptable | None = None,
        usage: Usage | None = None,
    ) -> list[ChatReply]:
        """The replies, in the order of the requests; what the ledger has is not asked again.

        Args:
            asked_by: the run, whose waves share one budget.
            acceptable: what it says against a whole answer makes it invalid, and the question is put again.
            usage: what every call takes is added to it.
        """
        adapted = adapt(requests, read_parameters(Path(self.parameters) if self.parameters else EMBEDDED))
        with Ledger(ledger) as kept:
            if self.how != "live":
                kept.path  # noqa: B018  # refuses a ledger that has no book of batches, before anything is sent
            provider, batching = provider_and_batching(
                self.how,
                self.provider,
                self._provider_settings(),
                self._batch_limits(),
                Path(self.batch_folder) if self.batch_folder else None,
            )
            runner = Runner(
                provider,
                kept,
                batching=batching,
                concurrency=self.concurrency,
                attempts=self.attempts,
                budget=self._budget(asked_by, kept),
                usage=usage,
                limiters=limiters_for(self.requests_per_minute or None, self.tokens_per_minute or None),
            )
            return runner.run(adapted, asked_by=asked_by, acceptable=acceptable, draws=self.draws)

    def __reduce__(self) -> tuple[object, ...]:
        """By its settings; what Dagster adds to a resource is not to be pickled."""
        return _with_settings, ({name: getattr(self, name) for name in type(self).model_fields},)

    def price_list(self) -> Prices:
        return read_prices(Path(self.prices)) if self.prices else read_prices()

    def asking_prices(self) -> Prices:
        """What tokens cost the way this run asks."""
        return self.price_list() if self.how == "live" else self.price_list().by_batch()

    def _budget(self, run: str, ledger: Ledger) -> Budget:
        """The run's budget, one for all its waves; a run that goes on in another process begins with what it spent."""
        caps = (self.max_dollars or None, self.max_tokens or None, self.prices, self.allow_unknown_prices)
        key = (run, ledger.place, *caps)
        if key not in _BUDGETS:
            _BUDGETS[key] = Budget(
                self.asking_prices(),
                max_dollars=self.max_dollars or None,
                max_tokens=self.max_tokens or None,
                spent=ledger.spent(run),
                allow_unknown_prices=self.allow_unknown_prices,
            )
        return _BUDGETS[key]

    def judge_of_pairs(self) -> str:
        """The role-playing judge; as in the paper this may be the model itself."""
        return self.judge or self.model

    def judge_of_bench(self, judged: Sequence[str] = ()) -> str:
        """The benchmark's critic: named, and no model under test unless `judge_itself` allows it in words.

        Args:
            judged: the models under test; empty: `model`.
        """
        models = list(judged) or [self.model]
        return admitted(
            self.judge or self._other_simulated(models),
            models,
            judge_itself=self.judge_itself,
            fix="Name one with --judge MODEL (resources.chat.judge), or leave the bench out with --select.",
        )

    def judges_of_study(self, named: Sequence[str]) -> list[str]:
        """The model raters of the agreement study: as named, or every simulated model, or the judge of pairs."""
        return list(named) or (list(MODELS) if self._other_simulated() else [self.judge_of_pairs()])

    def _other_simulated(self, judged: Sequence[str] = ()) -> str:
        """A simulated model that is not judged, where all that are judged are simulated."""
        models = list(judged) or [self.model]
        return next((name for name in MODELS if name not in models), "") if set(models) <= set(MODELS) else ""

    def _provider_settings(self) -> ProviderSettings:
        return ProviderSettings(
            base_url=self.base_url or None,
            api_key=Settings.from_environment().secret(self.api_key_variable),
            timeout_s=self.timeout_s,
            connections=self.concurrency,
            recording=Path(self.recording) if self.recording else None,
        )

    def _batch_limits(self) -> Limits:
        return Limits(
            lines=self.batch_lines,
            size_bytes=self.batch_bytes,
            enqueued_tokens=self.batch_enqueued_tokens or None,
            poll_s=self.batch_poll_s,
        )


def _with_settings(settings: dict[str, Any]) -> Chat:
    return Chat(**settings)
