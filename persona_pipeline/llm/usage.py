"""What asking took: calls, tokens, retries and time of every call that was made, also of those whose answer was no use.

Usages add up with `+`. What the ledger had was not asked and is not counted.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from persona_pipeline.llm.prices import Cost, Prices
from persona_pipeline.schemas.chat import ChatReply, ChatRequest


@dataclass
class ModelUsage:
    """What one model was asked.

    Args:
        calls: requests sent, each counted once however often it was retried.
        failed: calls without an answer, whose cost nobody knows unless their tokens were counted.
        retries: attempts beyond the first.
        uncounted: calls with an answer whose tokens the endpoint did not count.
        latency_s: seconds that the calls took, added up.
    """

    calls: int = 0
    failed: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    uncounted: int = 0
    latency_s: float = 0.0

    def add(self, reply: ChatReply) -> None:
        self.calls += 1
        self.failed += reply.status == "failed"
        self.retries += reply.attempts - 1
        self.latency_s += reply.latency_s
        if reply.prompt_tokens is not None and reply.completion_tokens is not None:
            self.prompt_tokens += reply.prompt_tokens
            self.completion_tokens += reply.completion_tokens
        elif reply.status != "failed":
            self.uncounted += 1

    def __add__(self, other: "ModelUsage") -> "ModelUsage":
        return ModelUsage(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))

    def cost(self, model: str, prices: Prices | None) -> Cost:
        """Of everything that was counted; unknown where something was not."""
        if not self.calls:
            return Cost(0.0)
        if prices is None:
            return Cost(None, "no prices are given")
        if self.uncounted:
            return Cost(None, f"the endpoint did not count the tokens of {self.uncounted:,} answers of {model}")
        return prices.cost(model, self.prompt_tokens, self.completion_tokens)

    def metadata(self) -> dict[str, Any]:
        """In numbers that can be plotted over runs; `latency_s` is the mean, null without calls."""
        return {
            "calls": self.calls,
            "failed": self.failed,
            "retries": self.retries,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "latency_s": round(self.latency_s / self.calls, 4) if self.calls else None,
        }


@dataclass
class Usage:
    """What every model was asked, by its name, and what was learnt of the endpoint's limits."""

    models: dict[str, ModelUsage] = field(default_factory=dict)
    limits: dict[str, dict[str, float | None]] = field(default_factory=dict)

    def add(self, request: ChatRequest, reply: ChatReply) -> None:
        self.models.setdefault(request.model, ModelUsage()).add(reply)

    def __add__(self, other: "Usage") -> "Usage":
        both = {
            model: self.models.get(model, ModelUsage()) + other.models.get(model, ModelUsage())
            for model in self.models | other.models
        }
        return Usage(both, self.limits | other.limits)

    @property
    def total(self) -> ModelUsage:
        return sum(self.models.values(), ModelUsage())

    def cost(self, prices: Prices | None) -> Cost:
        """Of all models; unknown as soon as one model's is."""
        costs = [used.cost(model, prices) for model, used in self.models.items()]
        unknown = next((cost for cost in costs if cost.usd is None), None)
        return unknown or Cost(float(sum(cost.usd or 0.0 for cost in costs)))

    def metadata(self, prices: Prices | None) -> dict[str, Any]:
        """In all, and per model as `openai.<model>.*`; an unknown cost is null, with `cost_reason`."""
        found = self.total.metadata() | self.cost(prices).metadata()
        for model, used in sorted(self.models.items()):
            own = used.metadata() | used.cost(model, prices).metadata() | self.limits.get(model, {})
            found |= {f"openai.{model}.{name}": value for name, value in own.items()}
        return found
