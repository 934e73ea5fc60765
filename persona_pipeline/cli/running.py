"""Materializing a selection in this process."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import DagsterInstance

from persona_pipeline.assets.sharding import run_tags
from persona_pipeline.cli.checking import check_config
from persona_pipeline.cli.console import console
from persona_pipeline.cli.ended import command_running, fail_ended_runs
from persona_pipeline.cli.home import instance_settings, prepare_home
from persona_pipeline.cli.terminal import Outcome, Terminal
from persona_pipeline.definitions import build
from persona_pipeline.errors import ConfigError
from persona_pipeline.resources import Chat
from persona_pipeline.run_config import only_ops
from persona_pipeline.schemas.shards import SHARDS, shard_range


@dataclass(frozen=True)
class Ran:
    """What became of a run.

    Args:
        problems: the message of every failed step, in order; empty when everything selected was materialized.
        skipped: tables that were selected and not reached.
    """

    run_id: str
    outcomes: list[Outcome]
    problems: list[str]
    skipped: list[str]


def selected_keys(select: str) -> list[dg.AssetKey]:
    """The assets that a Dagster selection names, such as `*`, `group:census` or `+key:"feedback/critiques"`."""
    graph = build().resolve_asset_graph()
    known = list(graph.toposorted_asset_keys)
    try:
        found = dg.AssetSelection.from_string(select).resolve(graph)
    except Exception as exc:  # Dagster raises several kinds for one cause: the text is no selection
        raise _no_selection(select, known, str(exc)) from exc
    if not found:
        raise _no_selection(select, known, "it names no asset")
    return [key for key in known if key in found]


def _no_selection(select: str, known: list[dg.AssetKey], cause: str) -> ConfigError:
    names = ", ".join(key.to_user_string() for key in known)
    return ConfigError(
        cause.strip(),
        where=f"--select {select!r}",
        expected=f"a Dagster asset selection such as 'group:census'; assets: {names}",
    )


def run(select: str, config: Mapping[str, Any], shards: str | None = None) -> Ran:
    """Materializes the selection in dependency order, showing progress; stops what depends on a failure.

    Args:
        shards: which persona shards, such as 3 or 0-7, of the assets that have shards; None: all.
    """
    first, last = shard_range(shards) if shards else (SHARDS[0], SHARDS[-1])
    keys = selected_keys(select)
    terminal = Terminal(len(keys))
    definitions = build({"terminal": terminal.logger()})
    job = definitions.resolve_implicit_global_asset_job_def()
    check_config(job, definitions.resources or {}, config)
    if any(key.path[0] == "bench" for key in keys):
        _check_judge(config)
    ops = {"__".join(key.path) for key in keys}
    settings = {**only_ops(config, ops), "loggers": {"terminal": {}}}
    sharded = any(definitions.get_assets_def(key).partitions_def for key in keys)
    with instance() as (dagster, tags), terminal.showing():
        result = job.execute_in_process(
            run_config=settings,
            instance=dagster,
            asset_selection=keys,
            tags={**tags, **(run_tags(first, last) if sharded else {})},
            raise_on_error=False,
        )
    reached = [outcome for outcome in terminal.outcomes.values() if outcome.rows is not None]
    missing = {".".join(key.path) for key in keys} - {outcome.path for outcome in reached}
    return Ran(result.run_id, reached, _problems(result), sorted(missing))


def _check_judge(config: Mapping[str, Any]) -> None:
    """Refuses a benchmark without a judge before anything is asked."""
    chat = ((config.get("resources") or {}).get("chat") or {}).get("config") or {}
    asked = ((config.get("ops") or {}).get("bench__answers") or {}).get("config") or {}
    given = {name: chat[name] for name in ("model", "judge", "judge_itself") if chat.get(name) is not None}
    if asked.get("modes") != []:  # with none, whose answers are judged stands in a file
        Chat(**given).judge_of_bench(asked.get("models") or [])


def _problems(result: dg.ExecuteInProcessResult) -> list[str]:
    if result.success:
        return []
    failures = [event for event in result.all_events if event.is_step_failure]
    steps = [f"{(event.step_key or '').replace('__', '.')}: {_sentence(event)}" for event in failures]
    return steps or [event.message or "the run failed" for event in result.all_events if event.is_failure]


def _sentence(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "failed without a message"


@contextlib.contextmanager
def instance() -> Iterator[tuple[DagsterInstance, dict[str, str]]]:
    """The instance at DAGSTER_HOME, where the UI sees the run; without one, one that is forgotten afterwards.

    With it, the tags that its runs carry.
    """
    home = os.environ.get("DAGSTER_HOME")
    if not home:
        with DagsterInstance.ephemeral(settings=instance_settings()) as forgotten:
            yield forgotten, {}
        return
    prepare_home(Path(home))
    with DagsterInstance.get() as kept, command_running(Path(home)) as tags:
        for run_id in fail_ended_runs(kept, Path(home)):
            console.print(f"[yellow]note[/yellow] run {run_id[:8]} ended without saying so; it is marked as failed")
        yield kept, tags
