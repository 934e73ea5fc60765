"""The model under test answers an item, in one of the benchmark's modes."""

from typing import Any

from inspect_ai.model import ModelOutput, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from persona_pipeline.bench import answers as answering
from persona_pipeline.bench import summaries
from persona_pipeline.bench.answers import Case
from persona_pipeline.inspect_bench.asking import ask, messages_of
from persona_pipeline.inspect_bench.items import plain, read_items
from persona_pipeline.inspect_bench.judging import judge_named
from persona_pipeline.schemas.chat import ChatRequest

ANSWER = "answer"  # under which a sample's store keeps the row of bench.answers


@solver
def answer_in_mode(
    database: str, mode: str = "persona", again: int = 3, judge: str = "", judge_itself: str = ""
) -> Solver:
    """Asks as the mode does, in two calls where it asks for a summary first.

    Args:
        again: how often at most a question is put whose answer is not usable.
        judge: looked at before anything is asked, so that nothing is paid for in vain.
    """
    items = read_items(database)

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001  # a mode says how it is asked
        judge_named(judge, judge_itself)
        model, case = get_model(), case_of(state, mode)
        people, summed_up = items.behind(case), answering.NO_SUMMARIES
        for first in answering.first_requests([case], *people):
            reply, output = await ask(model, first, summaries.acceptable, draws=again)
            _show(state, first, output)
            summed_up = summaries.parse([first], [reply])
        asked, replies = answering.requests([case], *people, summed_up), []
        for request in asked:
            reply, output = await ask(model, request, answering.acceptable_for([case]), draws=again)
            _show(state, request, output)
            replies.append(reply)
        (row,) = plain(answering.parse([case], asked, replies, seed=items.seed, summaries=summed_up))
        state.store.set(ANSWER, row)
        return state

    return solve


def case_of(state: TaskState, mode: str) -> Case:
    """The answer that a sample asks for: one draw for each epoch."""
    told: dict[str, Any] = state.metadata
    return Case(mode, str(get_model()), told["persona_id"], told["prompt_id"], state.epoch - 1)


def _show(state: TaskState, request: ChatRequest, output: ModelOutput) -> None:
    """Puts the conversation where inspect's viewer shows it."""
    state.messages = [*messages_of(request), *(choice.message for choice in output.choices[:1])]
    state.output = output
