"""Who does independent pieces of work: this process, several on this machine, or a Dask cluster."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, Literal, Protocol, TypeVar

from persona_pipeline.errors import ConfigError

Kind = Literal["in_process", "processes", "dask"]
WORKER_WITHIN_S = 60
Task = TypeVar("Task")
Made = TypeVar("Made")


class Workers(Protocol):
    """Does every task once, or again where a worker died of it."""

    def each(self, work: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[tuple[int, Made]]:
        """Each task's place and what became of it, as they are done; the first error ends it.

        Args:
            work: a function of a module, or a bound object that can be pickled.
        """


class InProcess:
    """One after another, here."""

    def each(self, work: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[tuple[int, Made]]:
        yield from enumerate(map(work, tasks))


class Processes:
    """In a few processes of this machine, each begun afresh."""

    def __init__(self, count: int) -> None:
        self._count = count

    def each(self, work: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[tuple[int, Made]]:
        with ProcessPoolExecutor(self._count, multiprocessing.get_context("spawn")) as pool:
            places = {pool.submit(work, task): place for place, task in enumerate(tasks)}
            try:
                for done in as_completed(places):
                    yield places[done], done.result()
            finally:
                pool.shutdown(cancel_futures=True)


class Dask:
    """On the workers of a Dask cluster; the tasks of a worker that dies go to the others."""

    def __init__(self, scheduler: str) -> None:
        self._scheduler = scheduler

    def each(self, work: Callable[[Task], Made], tasks: Iterable[Task]) -> Iterator[tuple[int, Made]]:
        try:
            import distributed
        except ImportError as exc:
            raise ConfigError(
                "Dask is not installed", where="workers: dask", fix="pip install 'persona-pipeline[dask]'"
            ) from exc
        with self._client(distributed) as client:
            # pure=False: a task is known by its own name, whatever another run asked of the same cluster
            places = {client.submit(work, task, pure=False): place for place, task in enumerate(tasks)}
            for future, made in distributed.as_completed(places, loop=client.loop, with_results=True):
                yield places[future], made

    def _client(self, distributed: Any) -> Any:
        try:
            client = distributed.Client(self._scheduler, timeout=WORKER_WITHIN_S, set_as_default=False)
            client.wait_for_workers(1, timeout=WORKER_WITHIN_S)
        except (OSError, TimeoutError, ValueError) as exc:
            raise ConfigError(
                f"no Dask cluster with a worker: {exc}",
                where=f"scheduler: {self._scheduler}",
                expected="the address of a running scheduler, such as tcp://127.0.0.1:8786",
                fix="Start one with `dask scheduler`, and workers with `dask worker ADDRESS --nthreads 1`.",
            ) from exc
        return client


def workers_of(kind: Kind, *, processes: int, scheduler: str) -> Workers:
    """The workers that a configuration names."""
    if kind == "dask":
        if not scheduler:
            raise ConfigError("no scheduler is named", where="workers: dask", fix="Set resources.parts.scheduler.")
        return Dask(scheduler)
    return Processes(processes) if kind == "processes" else InProcess()
