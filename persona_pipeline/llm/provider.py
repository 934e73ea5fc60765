"""What a provider is: it answers one request, or says why not in one of a closed set of kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from persona_pipeline.schemas.chat import ChatReply, ChatRequest, FailureKind


class ProviderFailure(Exception):  # noqa: N818  # a failure is an expected outcome of asking, not an error of ours
    """No answer came. The runner decides whether to ask again.

    Args:
        kind: why, whatever the provider calls it.
        message: the provider's own words, without credentials.
        retry_after_s: how long the endpoint asks to wait, in seconds; None when it did not say.
        billed: prompt and completion tokens that the endpoint counted all the same; None when it did not.
        fix: what to do, where every request to the model would fail alike; it ends the wave.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        retry_after_s: float | None = None,
        *,
        billed: tuple[int, int] | None = None,
        fix: str = "",
    ) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.message, self.retry_after_s = kind, message, retry_after_s
        self.billed, self.fix = billed, fix


Listener = Callable[[str, Mapping[str, str]], None]
"""Hears what an endpoint says of its limits: the model asked, and the headers of an answer."""


class Provider(Protocol):
    """Answers one request at a time; many may be under way at once.

    `send` returns a reply of any status, or raises ProviderFailure for a call that failed. It may leave the reply's
    request_hash empty: the runner, which knows it, puts it in. It never retries, and always awaits something, so that
    others have a turn. A provider connects at its first `send` and again after `aclose`, so
    that it can serve one event loop after another. One that has a `listener` tells it of the limits it hears of.
    """

    @property
    def endpoint(self) -> str:
        """Where requests go, without credentials; part of a reply's identity in the ledger."""
        ...

    @property
    def simulated(self) -> bool:
        """True when a simulated model is known to answer; a reply says for itself."""
        ...

    async def send(self, request: ChatRequest) -> ChatReply: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True)
class ProviderSettings:
    """What a provider may need to know; each takes what it needs.

    Args:
        base_url: the endpoint's address up to and including its version ("http://127.0.0.1:8000/v1").
        timeout_s: the longest that one attempt may take, in seconds.
        connections: the most connections open at once.
        recording: a reply ledger to answer from.
    """

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float = 120.0
    connections: int = 64
    recording: Path | None = None


ProviderFactory = Callable[[ProviderSettings], Provider]
