"""The runner: asks a provider many things at once, once each, and records every reply before anything can lose it."""

import asyncio
import functools
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from persona_pipeline import measures, progress
from persona_pipeline.llm.batch.wave import Batching, Wave
from persona_pipeline.llm.budget import Budget
from persona_pipeline.llm.health import Health
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.limiter import Limiter, Limiters
from persona_pipeline.llm.loop import run_wave
from persona_pipeline.llm.narrowed import was_cut
from persona_pipeline.llm.provider import Provider, ProviderFailure
from persona_pipeline.llm.retries import pause_before
from persona_pipeline.llm.tokens import most_tokens
from persona_pipeline.llm.usage import Usage
from persona_pipeline.llm.writer import Writer
from persona_pipeline.schemas.chat import Acceptable, ChatReply, ChatRequest, ReplyStatus

REPORT_EVERY_S = 0.2
AFFORD_EVERY_S = 0.01
WORTH_ANOTHER_DRAW: frozenset[ReplyStatus] = frozenset({"invalid", "truncated", "filtered", "refused", "empty"})

Sleep = Callable[[float], Awaitable[None]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Question:
    """A request under the hash that the ledger knows it by."""

    request_hash: str
    request: ChatRequest


class Runner:
    """Asks through one provider and one ledger.

    Args:
        concurrency: the most requests under way at once.
        budget: what the run may spend; None: no cap.
        usage: what every call takes is added to it.
        limiters: what is known of the endpoint's limits; shared by all waves of a run.
        attempts: how often one request is sent at most.
        batching: asks what the ledger does not have in batches; None: the provider is sent one request at a time.
        clock: a monotonic clock, in seconds; `sleep` waits as long on it.
    """

    def __init__(
        self,
        provider: Provider,
        ledger: Ledger,
        *,
        concurrency: int,
        attempts: int = 5,
        limiters: Limiters | None = None,
        budget: Budget | None = None,
        usage: Usage | None = None,
        batching: Batching | None = None,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.provider, self.ledger = provider, ledger
        self.concurrency, self.attempts = concurrency, attempts
        self.limiters, self.budget = limiters or Limiters(), budget
        self.usage = Usage() if usage is None else usage
        self.batching = batching
        self._clock, self._sleep = clock, sleep

    def limiter_of(self, model: str) -> Limiter:
        return self.limiters.of(self.provider.endpoint, model, self.concurrency, self._clock, self._sleep)

    def run(
        self,
        requests: list[ChatRequest],
        *,
        asked_by: str,
        acceptable: Acceptable | None = None,
        draws: int = 1,
    ) -> list[ChatReply]:
        """The replies, in the order of the requests; what the ledger has is not asked, and equals are asked once.

        A request that fails by itself becomes a failed reply. Raises ModelCallError when the endpoint is unreachable,
        refuses the key, does not know the model or fails most of the time, and LedgerError when a reply cannot be
        kept; replies that came before are in the ledger then, and a new run asks only what is missing.

        Args:
            asked_by: the run that asks, kept with each reply.
            acceptable: what it says against a whole answer makes it invalid, here and in the ledger.
            draws: how often at most a question is put whose answer is invalid, truncated, filtered, refused or empty;
                each time as a draw of its own, so that the ledger holds what came of every one.
        """
        hashes = self._hashes(requests)
        replies = self._ask(requests, hashes, asked_by, acceptable, self._good_draws(requests, hashes, draws))
        for again in range(1, draws):
            places = [place for place, reply in enumerate(replies) if reply.status in WORTH_ANOTHER_DRAW]
            drawn = [requests[place].put_again(again) for place in places]
            anew = self._ask(drawn, self._hashes(drawn), asked_by, acceptable, {})
            for place, reply in zip(places, anew, strict=True):
                replies[place] = reply
        return replies

    def _hashes(self, requests: list[ChatRequest]) -> list[str]:
        return [request.content_hash(self.provider.endpoint) for request in requests]

    def _ask(
        self,
        requests: list[ChatRequest],
        hashes: list[str],
        asked_by: str,
        acceptable: Acceptable | None,
        instead: Mapping[str, ChatReply],
    ) -> list[ChatReply]:
        """One reply per request: from the ledger, or `instead`, or asked now."""
        known = {**self.ledger.lookup(hashes, also=self._settled()), **instead}
        from_ledger = f"{len(known):,} from the ledger"
        missing: dict[str, ChatRequest] = {}
        for request_hash, request in zip(hashes, requests, strict=True):
            if request_hash not in known:
                missing.setdefault(request_hash, request)
            elif acceptable is not None:
                known[request_hash] = _checked(acceptable, request, known[request_hash])
        if missing:
            if self.budget is not None:
                self.budget.check(request.model for request in missing.values())
            known |= self._wave(missing, len(known), asked_by, acceptable)
        _report(requests, len(known), len(known), from_ledger)
        return [known[request_hash] for request_hash in hashes]

    def _wave(
        self, missing: Mapping[str, ChatRequest], known: int, asked_by: str, acceptable: Acceptable | None
    ) -> dict[str, ChatReply]:
        """Replies to what the ledger does not have, recorded there."""
        if self.batching is None:
            todo = [_Question(request_hash, request) for request_hash, request in missing.items()]
            return run_wave(_Wave(self, todo, known=known, asked_by=asked_by, acceptable=acceptable).ask())
        check = functools.partial(_checked, acceptable)
        found = self.batching.ask(
            Wave(
                missing,
                known,
                self.provider.endpoint,
                asked_by,
                self.attempts,
                self.ledger,
                self.budget,
                check,
                self._settled(),
            )
        )
        for request_hash, reply in found.items():
            self.used(missing[request_hash], reply)
        return found

    def used(self, request: ChatRequest, reply: ChatReply) -> None:
        """Counts a call that was made."""
        self.usage.add(request, reply)
        if measures.anybody_listens():
            measures.tell(self._measured(request, reply))

    def _measured(self, request: ChatRequest, reply: ChatReply) -> measures.Called:
        prompt, completion, cost = reply.prompt_tokens, reply.completion_tokens, None
        if self.budget is not None and prompt is not None and completion is not None:
            cost = self.budget.prices.cost(request.model, prompt, completion).usd
        return measures.Called(
            request.stage, request.model, reply.status, prompt, completion, cost, reply.latency_s, reply.attempts
        )

    def _settled(self) -> tuple[ReplyStatus, ...]:
        """Statuses besides ok that a draw keeps: a batch run is often begun again, and would ask them each time."""
        return (*WORTH_ANOTHER_DRAW, *self.batching.settles) if self.batching is not None else ()

    def _good_draws(self, requests: list[ChatRequest], hashes: list[str], draws: int) -> dict[str, ChatReply]:
        """For questions whose first answer disappointed: the good answer that a later draw got, by the first's hash."""
        if draws == 1:
            return {}
        by_hash = dict(zip(hashes, requests, strict=True))
        disappointing = self.ledger.disappointing(by_hash)
        later = {
            by_hash[first].put_again(again).content_hash(self.provider.endpoint): first
            for again in range(draws - 1, 0, -1)
            for first in disappointing
        }
        return {later[request_hash]: reply for request_hash, reply in self.ledger.lookup(later).items()}


def _checked(acceptable: Acceptable | None, request: ChatRequest, reply: ChatReply) -> ChatReply:
    if reply.status == "ok" and was_cut(request, reply):
        return replace(reply, status="truncated")
    problem = acceptable(request, reply) if acceptable is not None and reply.status == "ok" else None
    return reply if problem is None else replace(reply, status="invalid", failure=problem)


class _Wave:
    """One round of asking everything that the ledger does not have."""

    def __init__(
        self,
        runner: Runner,
        todo: list[_Question],
        *,
        known: int,
        asked_by: str,
        acceptable: Acceptable | None = None,
    ) -> None:
        self._acceptable = acceptable
        self._runner, self._todo, self._known, self._asked_by = runner, todo, known, asked_by
        self._replies: dict[str, ChatReply] = {}
        self._retries, self._began = 0, runner._clock()
        self._limiters = {model: runner.limiter_of(model) for model in {question.request.model for question in todo}}
        self._reported = float("-inf")
        self._health = Health(runner.provider.endpoint, len(todo), runner.concurrency, runner._clock)

    async def ask(self) -> dict[str, ChatReply]:
        runner = self._runner
        if hasattr(runner.provider, "listener"):
            runner.provider.listener = self._told
        try:
            async with Writer(runner.ledger, runner.provider.endpoint, self._asked_by) as writer:
                questions = iter(self._todo)  # shared: a few workers, not a task for each of 317,200 requests
                await _all_or_none(
                    [self._work(questions, writer) for _ in range(min(runner.concurrency, len(self._todo)))]
                )
        finally:
            runner.usage.limits |= {model: limiter.learnt() for model, limiter in self._limiters.items()}
            await runner.provider.aclose()
            if hasattr(runner.provider, "listener"):
                runner.provider.listener = None  # or all of this wave would wait for a collection
            _tell_of_other_models(self._todo, self._replies)
        return self._replies

    def _told(self, model: str, headers: Mapping[str, str]) -> None:
        self._limiters[model].told(headers)

    async def _work(self, questions: Iterator[_Question], writer: Writer) -> None:
        for question in questions:
            reply = _checked(self._acceptable, question.request, await self._afford(question))
            self._replies[question.request_hash] = reply
            self._runner.used(question.request, reply)
            writer.add(question.request, reply)
            self._health.finished(reply)
            self._report()

    async def _afford(self, question: _Question) -> ChatReply:
        """The reply, asked for when the budget has room for the longest there can be."""
        budget, request = self._runner.budget, question.request
        if budget is None or not budget.capped:
            return await self._answer(question)
        while not budget.reserve(request):
            if not budget.in_flight:
                raise budget.used_up(len(self._replies), len(self._todo))
            await asyncio.sleep(AFFORD_EVERY_S)  # answers under way may be shorter than what is reserved for them
        reply = None
        try:
            reply = await self._answer(question)
        finally:
            budget.settle(request, reply)
        return reply

    async def _answer(self, question: _Question) -> ChatReply:
        """The reply after as many attempts as it takes and may take."""
        limiter = self._limiters[question.request.model]
        billed: list[tuple[int, int]] = []
        for attempt in range(1, self._runner.attempts + 1):
            started = await limiter.enter(most_tokens(question.request))
            try:
                reply = await self._runner.provider.send(question.request)
            except ProviderFailure as failure:
                limiter.failed(failure, started)
                self._health.failed(failure)
                billed += [failure.billed] if failure.billed else []
                pause_s = pause_before(attempt + 1, self._runner.attempts, failure, question.request_hash)
                if pause_s is None:
                    return _with_billed(
                        self._failed(question, failure, attempt, self._runner._clock() - started), billed
                    )
            else:
                limiter.answered()
                self._health.answered()
                took_s = self._runner._clock() - started
                reply = replace(reply, request_hash=question.request_hash, attempts=attempt, latency_s=took_s)
                return _with_billed(reply, billed)
            finally:
                limiter.leave()
            self._retries += 1
            await self._runner._sleep(pause_s)
        raise AssertionError("the last attempt returns")

    def _failed(self, question: _Question, failure: ProviderFailure, attempts: int, took_s: float) -> ChatReply:
        return ChatReply(
            question.request_hash,
            "failed",
            None,
            question.request.model,
            self._runner.provider.simulated,
            latency_s=took_s,
            attempts=attempts,
            failure_kind=failure.kind,
            failure=failure.message,
        )

    def _report(self) -> None:
        now = self._runner._clock()
        if now - self._reported < REPORT_EVERY_S:
            return
        self._reported = now
        total = self._known + len(self._todo)
        note = f"{self._known:,} from the ledger" if self._known else ""
        figures = self._figures(now - self._began)
        _report([self._todo[0].request], self._known + len(self._replies), total, note, figures)

    def _figures(self, took_s: float) -> progress.Figures:
        """Of the requests asked now; what the ledger had took no time."""
        done, budget = len(self._replies), self._runner.budget
        per_s = done / took_s if took_s > 0 else 0.0
        left_s = (len(self._todo) - done) / per_s if per_s else None
        cost = self._runner.usage.cost(budget.prices if budget else None)
        return progress.Figures(per_s, left_s, cost.usd, self._retries)


def _report(
    requests: list[ChatRequest], done: int, total: int, note: str, figures: progress.Figures | None = None
) -> None:
    progress.report(requests[0].stage if requests else "model calls", done, total, note, figures)


def _with_billed(reply: ChatReply, billed: list[tuple[int, int]]) -> ChatReply:
    """The reply with the tokens of failed attempts before it; where its own were not counted, they stay unknown."""
    if not billed or (reply.status != "failed" and None in (reply.prompt_tokens, reply.completion_tokens)):
        return reply
    prompt, completion = (sum(tokens) for tokens in zip(*billed, strict=True))
    return replace(
        reply,
        prompt_tokens=(reply.prompt_tokens or 0) + prompt,
        completion_tokens=(reply.completion_tokens or 0) + completion,
    )


def _tell_of_other_models(todo: list[_Question], replies: Mapping[str, ChatReply]) -> None:
    """Warns of answers by a model that was not asked; a dated version of it, such as name-2024-08-06, was."""
    others: Counter[tuple[str, str, str]] = Counter()
    for question in todo:
        asked, reply = question.request.model, replies.get(question.request_hash)
        if reply is not None and not reply.model.startswith(asked):
            others[question.request.stage, asked, reply.model] += 1
    for (stage, asked, answered), count in others.items():
        _log.warning("%s: %s of %s answers asked of %s say that %s gave them", stage, count, len(todo), asked, answered)


async def _all_or_none(work: list[Awaitable[None]]) -> None:
    """Waits for all; when one raises, the others are cancelled and awaited, and it is raised."""
    tasks = [asyncio.ensure_future(part) for part in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
