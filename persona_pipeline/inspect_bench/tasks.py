"""PERSONA Bench as a task of inspect's."""

from inspect_ai import Epochs, Task, task
from inspect_ai.dataset import MemoryDataset, Sample

from persona_pipeline.bench.answers import MOST_DRAWS
from persona_pipeline.bench.modes import MODES
from persona_pipeline.errors import ConfigError
from persona_pipeline.inspect_bench.items import Items, read_items
from persona_pipeline.inspect_bench.scoring import critics
from persona_pipeline.inspect_bench.solving import answer_in_mode
from persona_pipeline.schemas.templates import load_template
from persona_pipeline.settings import Settings


@task
def persona_bench(
    database: str = "",
    mode: str = "persona",
    judge: str = "",
    draws: int = 1,
    verdicts: int = 1,
    items: int = 0,
    again: int = 3,
    judge_itself: str = "",
) -> Task:
    """Answers for personas, judged by two critics who debate; the score is the share that needs no revision.

    Args:
        database: the DuckDB file with bench.design, personas.personas and prompts.prompts; empty: PERSONA_DUCKDB.
        mode: baseline, persona, chain_of_thought, summary, or one of your own.
        judge: the critics' model, as inspect names it; empty: the one in the role `judge`.
        draws: independent answers to each item, for pass@k; epochs.
        verdicts: independent verdicts on each answer, of which the majority decides.
        items: the first ones of the design; 0: all.
        again: how often at most a question is put whose answer is not usable.
        judge_itself: the words that let a model judge its own answers.
    """
    MODES.get(mode)
    if not 1 <= draws <= MOST_DRAWS or verdicts < 1 or again < 1 or items < 0:
        raise ConfigError(
            f"{draws} draws, {verdicts} verdicts, again {again}, {items} items",
            where="persona_bench",
            expected=f"1 to {MOST_DRAWS} draws, 1 or more verdicts, again 1 or more, 0 or more items",
        )
    file = database or Settings.from_environment().database
    some, who = read_items(file, items), {"judge": judge, "judge_itself": judge_itself}
    return Task(
        dataset=MemoryDataset(samples(some), name=f"bench.design {some.hash}"),
        solver=answer_in_mode(file, mode, again, **who),
        scorer=critics(file, mode, verdicts, again, **who),
        epochs=Epochs(draws, ["mean", *(f"pass_at_{k}" for k in range(1, draws + 1))] if draws > 1 else "mean"),
        version=some.hash,
        metadata={
            "design": some.hash,
            "seed": some.seed,
            "critic": load_template("persona_pipeline.bench.templates", "critic").version,
        },
    )


def samples(items: Items) -> list[Sample]:
    """One for each item: the question; the persona is put in by the mode."""
    return [
        Sample(
            id=row["item_id"],
            input=items.question(row["prompt_id"]),
            metadata={"persona_id": row["persona_id"], "prompt_id": row["prompt_id"]},
        )
        for row in items.design.to_dict("records")
    ]
