"""Runs of the definitions as Dagster makes them, without the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import dagster as dg
import pandas as pd

from persona_pipeline.assets.gated import key_of
from persona_pipeline.definitions import build
from persona_pipeline.prompts.candidates import read_candidates
from persona_pipeline.schemas.prompt import CANDIDATES, DECISIONS, FLAGS, VERDICTS
from persona_pipeline.schemas.tables import Table

SELECTED = (CANDIDATES, FLAGS, VERDICTS, DECISIONS)  # the first table reads no other; each reads those before it


@dataclass(frozen=True)
class Run:
    """What Dagster recorded of a run."""

    result: dg.ExecuteInProcessResult

    @property
    def success(self) -> bool:
        return bool(self.result.success)

    def checks(self, table: Table) -> dict[str, dg.AssetCheckEvaluation]:
        found = [e.event_specific_data for e in self._events(dg.DagsterEventType.ASSET_CHECK_EVALUATION)]
        return {check.check_name: check for check in found if check.asset_key == key_of(table)}

    def materialized(self) -> list[dg.AssetKey]:
        return [event.asset_key for event in self._events(dg.DagsterEventType.ASSET_MATERIALIZATION)]

    def metadata(self, table: Table) -> dict[str, object]:
        events = self._events(dg.DagsterEventType.ASSET_MATERIALIZATION)
        found = next(event for event in events if event.asset_key == key_of(table))
        return {name: value.value for name, value in found.materialization.metadata.items()}

    def failure(self) -> str:
        """The description of the one step that failed."""
        (event,) = self._events(dg.DagsterEventType.STEP_FAILURE)
        told = event.step_failure_data.user_failure_data
        return str(told.description) if told else str(event.step_failure_data.error)

    def skipped_or_not_reached(self, table: Table) -> bool:
        name = "__".join(key_of(table).path)
        return name not in {event.step_key for event in self._events(dg.DagsterEventType.STEP_START)}

    def _events(self, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
        return [event for event in self.result.all_events if event.event_type == kind]


def run_candidates_and_decisions(database: Path, ops: dict[str, object] | None = None, **settings: object) -> Run:
    """Materializes prompts.candidates to prompts.decisions into a warehouse file.

    Args:
        ops: settings of assets, as in a run configuration.
        settings: more of the warehouse's settings.
    """
    job = build().resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            run_config={
                "resources": {"warehouse": {"config": {"path": str(database), **settings}}},
                "ops": ops or {},
            },
            instance=instance,
            asset_selection=[key_of(table) for table in SELECTED],
            raise_on_error=False,
        )
    return Run(result)


@contextmanager
def candidates_that_are(frame: pd.DataFrame) -> Iterator[None]:
    """Reading candidates gives this frame, whatever it is asked."""
    with mock.patch("persona_pipeline.assets.prompts.read_candidates", return_value=frame):
        yield


@contextmanager
def candidates_that_raise(exc: Exception) -> Iterator[None]:
    with mock.patch("persona_pipeline.assets.prompts.read_candidates", side_effect=exc):
        yield


def bad_candidates() -> pd.DataFrame:
    """The embedded candidates, of which row 3 has no licence and row 5 the id of row 4."""
    frame = read_candidates("embedded")
    frame.loc[3, "licence"] = None
    frame.loc[5, "prompt_id"] = frame.loc[4, "prompt_id"]
    return frame
