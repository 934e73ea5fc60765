"""Files that this program keeps are brought to the layout it knows, step by step; a newer one is left alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from persona_pipeline.errors import PersonaPipelineError


@dataclass(frozen=True)
class Migration:
    """One step from a layout to the next.

    Args:
        number: of the layout it leads to; the first one there was is 1.
        what: what is different then, as a sentence.
        statements: SQL that is run in order, in one transaction with all other steps.
    """

    number: int
    what: str
    statements: tuple[str, ...] = ()


def newest(migrations: Sequence[Migration]) -> int:
    """The layout that this program writes."""
    return migrations[-1].number


def pending(migrations: Sequence[Migration], found: int) -> list[Migration]:
    """The steps that a file of layout `found` lacks, in order."""
    return [migration for migration in migrations if migration.number > found]


def refuse_newer(
    migrations: Sequence[Migration], found: int, *, error: type[PersonaPipelineError], what: str, where: str
) -> None:
    """Raises `error` for a file that a newer program wrote: what this one does not know, it would damage.

    Args:
        what: the file, as it is called in the message ("the reply ledger").
    """
    if found > newest(migrations):
        raise error(
            f"{what} has layout {found}, newer than this program",
            where=where,
            expected=f"layout {newest(migrations)} or an older one",
            fix="Use the program's newer version, or another file; nothing was changed.",
        )


def migrate(run: Callable[[str], object], migrations: Sequence[Migration], found: int) -> list[Migration]:
    """Runs the steps that a file of layout `found` lacks, inside the caller's transaction, and gives them."""
    steps = pending(migrations, found)
    for step in steps:
        for statement in step.statements:
            run(statement)
    return steps
