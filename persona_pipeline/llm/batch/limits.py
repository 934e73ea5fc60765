"""How large a batch may be, how often one looks after it, and for how long one is patient."""

from dataclasses import dataclass

OPENAI_LINES, OPENAI_BYTES = 50_000, 200_000_000  # https://platform.openai.com/docs/guides/batch


@dataclass(frozen=True)
class Limits:
    """The limits of one endpoint.

    Args:
        lines, size_bytes: the most one input file may have.
        enqueued_tokens: the prompt tokens that may wait at the endpoint, for each model; None: found out by asking.
        poll_s: the longest pause between two looks at the batches under way, in seconds.
        patience_s: how long calls that fail for reasons that pass are made again.
        window_s: how long a batch may take, and how long one waits for room in a queue that others fill.
        downloads: how often results that lack lines are fetched before these lines count as lost.
    """

    lines: int = OPENAI_LINES
    size_bytes: int = OPENAI_BYTES
    enqueued_tokens: int | None = None
    poll_s: float = 30.0
    patience_s: float = 1_800.0
    window_s: float = 26 * 3_600.0  # an endpoint ends every batch after 24 hours
    downloads: int = 3
