"""Where a wave runs: an event loop for many small calls, uvloop's where there is one for the platform."""

import asyncio
import contextlib
import contextvars
import gc
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
with contextlib.suppress(ImportError):  # not on Windows
    from uvloop import new_event_loop

T = TypeVar("T")


def run_wave(wave: Coroutine[Any, Any, T]) -> T:
    """What the coroutine gives, run in an event loop of its own.

    In this thread; in another one where an event loop runs here already, as in a notebook, which stands still then.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run(wave)
    with ThreadPoolExecutor(1, "model-calls") as beside:
        return beside.submit(contextvars.copy_context().run, _run, wave).result()


def _run(wave: Coroutine[Any, Any, T]) -> T:
    with _few_collections(), asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(wave)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Looks for cycles less often: a wave keeps every reply, and searching all of them again and again finds none."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
