"""Where the commands write: what was asked for on stdout, what went wrong on stderr."""

from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
