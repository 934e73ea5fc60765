"""What a model's tokens cost, from a dated file that anyone may edit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from persona_pipeline.errors import ConfigError

EMBEDDED = Path(__file__).with_name("prices.yaml")


class Price(BaseModel):
    """US dollars per million tokens; `batch_share` is the part of it that is asked in a batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    batch_share: float = Field(default=1.0, ge=0, le=1)

    def dollars(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000

    def by_batch(self) -> "Price":
        """What the same tokens cost in a batch."""
        return Price(prompt=self.prompt * self.batch_share, completion=self.completion * self.batch_share)


@dataclass(frozen=True)
class Cost:
    """US dollars; None when that is not known, with the reason."""

    usd: float | None
    reason: str | None = None

    def metadata(self) -> dict[str, Any]:
        return {"cost_usd": self.usd} | ({"cost_reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class Prices:
    """Prices by the model's exact name; a name that is not there has no known price."""

    as_of: str
    models: Mapping[str, Price]
    file: Path

    def of(self, model: str) -> Price | None:
        return self.models.get(model)

    def cost(self, model: str, prompt_tokens: int, completion_tokens: int) -> Cost:
        price = self.of(model)
        if price is None:
            return Cost(None, f"{self.file.name} of {self.as_of} has no price for {model}")
        return Cost(price.dollars(prompt_tokens, completion_tokens))

    def by_batch(self) -> "Prices":
        """The same models, asked in batches."""
        return replace(self, models={model: price.by_batch() for model, price in self.models.items()})


def read_prices(file: Path = EMBEDDED) -> Prices:
    """The prices in a file shaped like llm/prices.yaml; anything else raises ConfigError."""
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
        models = {str(name): Price.model_validate(price) for name, price in found["models"].items()}
        return Prices(str(found["as_of"]), models, file)
    except (OSError, yaml.YAMLError, UnicodeDecodeError, ValidationError, KeyError, TypeError, AttributeError) as exc:
        raise ConfigError(
            f"the price file cannot be read: {exc}",
            where=str(file),
            expected="as_of, and models with prompt and completion in US dollars per million tokens",
            fix=f"See {EMBEDDED.name} in persona_pipeline/llm/.",
        ) from exc
