"""What a run may spend: reserved for each request in flight, so that the cap holds whatever the answers' length."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from persona_pipeline.errors import ConfigError, ModelCallError
from persona_pipeline.llm.prices import Prices
from persona_pipeline.llm.tokens import most_tokens, prompt_tokens
from persona_pipeline.schemas.chat import ChatReply, ChatRequest


@dataclass(frozen=True)
class Spending:
    tokens: int = 0
    dollars: float = 0.0


class Budget:
    """Caps in dollars and tokens for one run.

    Counted are the tokens of every answer, whatever its status, and of failed attempts where the endpoint counted them.
    An answer without counts counts as the most it could have been. A time-out may have been billed, but nobody says so.

    Args:
        max_dollars, max_tokens: None: no cap.
        spent: prompt and completion tokens by model, of what the run was answered before.
        allow_unknown_prices: models without a price count as free instead of being refused.
    """

    def __init__(
        self,
        prices: Prices,
        *,
        max_dollars: float | None = None,
        max_tokens: int | None = None,
        spent: Mapping[str, tuple[int, int]] | None = None,
        allow_unknown_prices: bool = False,
    ) -> None:
        self.prices, self._allow_unknown = prices, allow_unknown_prices
        self.max_dollars, self.max_tokens = max_dollars, max_tokens
        self._tokens, self._dollars = 0, 0.0
        self._held = Spending()
        self._reserved: dict[int, Spending] = {}
        for model, (prompt, completion) in (spent or {}).items():
            self._add(self._spending(model, prompt, completion))

    @property
    def capped(self) -> bool:
        return self.max_dollars is not None or self.max_tokens is not None

    @property
    def in_flight(self) -> int:
        return len(self._reserved)

    def check(self, models: Iterable[str]) -> None:
        """Raises ConfigError when there is a cap in dollars and a model without a price."""
        unknown = sorted({model for model in models if self.prices.of(model) is None})
        if self.max_dollars is not None and unknown and not self._allow_unknown:
            raise ConfigError(
                f"there is a cap of ${self.max_dollars:g} and no price for {', '.join(unknown)}",
                where=str(self.prices.file),
                fix="Add the price to a copy of the file and name it with --prices, or cap tokens with "
                "--max-tokens, or count it as free with --allow-unknown-prices.",
            )

    def reserve(self, request: ChatRequest) -> bool:
        """Sets the most that the request can cost aside; False when that does not fit beside what is in flight."""
        prompt = prompt_tokens(request)
        most = self._spending(request.model, prompt, most_tokens(request) - prompt)
        tokens = self._tokens + self._held.tokens + most.tokens
        dollars = self._dollars + self._held.dollars + most.dollars
        if _over(tokens, self.max_tokens) or _over(dollars, self.max_dollars):
            return False
        self._reserved[id(request)] = most
        self._held = Spending(self._held.tokens + most.tokens, self._held.dollars + most.dollars)
        return True

    def settle(self, request: ChatRequest, reply: ChatReply | None) -> None:
        """Puts what was used in the place of what was reserved; a count the endpoint did not give stays reserved."""
        most = self._reserved.pop(id(request))
        self._held = Spending(self._held.tokens - most.tokens, self._held.dollars - most.dollars)
        if reply is None:
            return
        if reply.prompt_tokens is not None and reply.completion_tokens is not None:
            self._add(self._spending(request.model, reply.prompt_tokens, reply.completion_tokens))
        elif reply.status != "failed":
            self._add(most)

    def used_up(self, done: int, total: int) -> ModelCallError:
        """The error that ends a run at its cap."""
        caps = [f"${self.max_dollars:g}"] if self.max_dollars is not None else []
        caps += [f"{self.max_tokens:,} tokens"] if self.max_tokens is not None else []
        return ModelCallError(
            f"the next request could go over the run's cap of {' and '.join(caps)}; used so far: {self._tokens:,} "
            f"tokens, ${self._dollars:.4f}; {done:,} of {total:,} requests of this table are answered",
            where="budget",
            fix=self._how_to_go_on(),
        )

    def _how_to_go_on(self) -> str:
        kept = "What was answered is in the ledger and is not paid for again."
        if not self._tokens:
            return f"The cap has no room for one request: raise --max-dollars or --max-tokens. {kept}"
        return (
            "To go on, run the same command again, which may use as much again (a cap counts one run), or raise "
            f"--max-dollars or --max-tokens. {kept}"
        )

    def _spending(self, model: str, prompt: int, completion: int) -> Spending:
        price = self.prices.of(model)
        return Spending(prompt + completion, price.dollars(prompt, completion) if price else 0.0)

    def _add(self, one: Spending) -> None:
        self._tokens, self._dollars = self._tokens + one.tokens, self._dollars + one.dollars


def _over(amount: float, cap: float | None) -> bool:
    return cap is not None and amount > cap
