"""Metrics: what is counted, by what, and that nothing is without being told to."""

import builtins
from collections.abc import Iterator

import pytest

from persona_pipeline import measures
from persona_pipeline.errors import ConfigError
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.llm.runner import Runner
from persona_pipeline.measures import Called, Checked, Published
from persona_pipeline.observing import metrics
from persona_pipeline_tests.llm.asking import Scripted, many

CALL = Called("feedback.critiques", "m", "ok", 100, 20, 0.5, 0.25, attempts=3)


@pytest.fixture
def told() -> Iterator[dict[tuple[str, ...], float]]:
    """Every data point so far: instrument and the values of its attributes in order, and its sum or value."""
    sdk = pytest.importorskip("opentelemetry.sdk.metrics", reason="the extra [otel] is not installed")
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    reader = InMemoryMetricReader()
    found = _Told(reader)
    with measures.heard_by(metrics.Instruments(sdk.MeterProvider([reader])).hear):
        yield found


class _Told(dict):
    def __init__(self, reader):
        self._reader = reader

    def now(self):
        [resource] = self._reader.get_metrics_data().resource_metrics
        return {
            (metric.name, *point.attributes.values()): point.sum if hasattr(point, "sum") else point.value
            for metric in resource.scope_metrics[0].metrics
            for point in metric.data.data_points
        }


def test_calls_tokens_cost_time_and_retries_are_counted_by_table_and_model(told):
    measures.tell(CALL)
    measures.tell(Called("feedback.critiques", "m", "failed", None, None, None, 0.75, attempts=1))
    stage = ("feedback.critiques", "m")
    assert told.now() == {
        ("persona.calls", *stage, "ok"): 1,
        ("persona.calls", *stage, "failed"): 1,
        ("persona.tokens", *stage, "prompt"): 100,
        ("persona.tokens", *stage, "completion"): 20,
        ("persona.cost", *stage): 0.5,
        ("persona.call.duration", *stage): 1.0,  # 0.25 + 0.75
        ("persona.retries", *stage): 2,  # three attempts, and one
    }


def test_published_rows_and_checks_are_counted_by_table(told):
    measures.tell(Published("personas.profiles", 40))
    measures.tell(Published("personas.profiles", 2))
    measures.tell(Checked("personas.profiles", "key", passed=True, severity="error"))
    measures.tell(Checked("personas.profiles", "levels", passed=False, severity="warn"))
    assert told.now() == {
        ("persona.rows.published", "personas.profiles"): 42,
        ("persona.checks", "personas.profiles", "key", "error", "passed"): 1,
        ("persona.checks", "personas.profiles", "levels", "warn", "failed"): 1,
    }


def test_a_call_is_told_once_and_what_the_ledger_has_is_not(tmp_path):
    heard: list[measures.Measure] = []
    with Ledger(tmp_path / "l.sqlite") as ledger, measures.heard_by(heard.append):
        for _ in range(2):
            Runner(Scripted(), ledger, concurrency=2).run(many(2), asked_by="run")
    assert [(call.stage, call.status, call.attempts) for call in heard] == [("feedback.base_responses", "ok", 1)] * 2


def test_without_the_packages_the_error_names_the_extra(monkeypatch):
    def no_opentelemetry(name, *rest):
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return imported(name, *rest)

    imported = builtins.__import__
    monkeypatch.setattr(metrics, "_started", [])
    monkeypatch.setattr(builtins, "__import__", no_opentelemetry)
    with pytest.raises(ConfigError, match=r"persona-pipeline\[otel\]"):
        metrics.start("on")
