"""One process at a time submits batches for a ledger: the kernel lets go of the lock when a process ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def submitting(ledger: Path) -> Iterator[None]:
    """Holds the lock; a batch without an id that is found meanwhile belongs to a process that died."""
    with ledger.with_name(ledger.name + ".batches.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
