"""Metrics for OpenTelemetry, pushed to a collector of one's own. Off unless PERSONA_METRICS is set; needs [otel].

| instrument | unit | by |
|---|---|---|
| persona.calls | calls | stage, model, status |
| persona.tokens | tokens | stage, model, kind (prompt, completion) |
| persona.cost | US dollars | stage, model; calls whose cost is unknown are not in it |
| persona.call.duration | seconds, a histogram | stage, model |
| persona.retries | attempts beyond the first | stage, model |
| persona.rows.published | rows | table |
| persona.checks | checks | table, check, severity, outcome (passed, failed) |
"""

from typing import TYPE_CHECKING, Any

from persona_pipeline import measures
from persona_pipeline.errors import ConfigError
from persona_pipeline.measures import Called, Checked, Measure, Published

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import MetricReader

ON = "on"
LOOPBACK = "http://127.0.0.1:4318/v1/metrics"
EVERY_S = 10.0
TIMEOUT_S = 3.0  # a collector that does not answer must not keep a run from ending
_started: list["MeterProvider"] = []


class Instruments:
    """Counts what it hears."""

    def __init__(self, provider: "MeterProvider") -> None:
        meter = provider.get_meter("persona_pipeline")
        self._calls = meter.create_counter("persona.calls", "1", "Model calls made.")
        self._tokens = meter.create_counter("persona.tokens", "1", "Tokens of model calls, as counted by the endpoint.")
        self._cost = meter.create_counter("persona.cost", "USD", "Cost of model calls where it is known.")
        self._duration = meter.create_histogram("persona.call.duration", "s", "How long a model call took.")
        self._retries = meter.create_counter("persona.retries", "1", "Attempts of model calls beyond the first.")
        self._rows = meter.create_counter("persona.rows.published", "1", "Rows published.")
        self._checks = meter.create_counter("persona.checks", "1", "Checks of candidates, by outcome.")

    def hear(self, measure: Measure) -> None:
        if isinstance(measure, Called):
            self._called(measure)
        elif isinstance(measure, Published):
            self._rows.add(measure.rows, {"table": measure.table})
        elif isinstance(measure, Checked):
            outcome = "passed" if measure.passed else "failed"
            by = {"table": measure.table, "check": measure.check, "severity": measure.severity, "outcome": outcome}
            self._checks.add(1, by)

    def _called(self, call: Called) -> None:
        by = {"stage": call.stage, "model": call.model}
        self._calls.add(1, {**by, "status": call.status})
        self._tokens.add(call.prompt_tokens or 0, {**by, "kind": "prompt"})
        self._tokens.add(call.completion_tokens or 0, {**by, "kind": "completion"})
        self._cost.add(call.cost_usd or 0.0, by)
        self._duration.record(call.latency_s, by)
        self._retries.add(call.attempts - 1, by)


def start(target: str, reader: "MetricReader | None" = None) -> None:
    """Begins to push metrics every ten seconds and once at the end of the process; a second call changes nothing.

    Args:
        target: `on`, for a collector on this machine's loopback, or the address of one (OTLP over HTTP).
        reader: takes the place of the push.
    """
    if _started:
        return
    try:
        provider = _provider(reader or _push(target))
    except ImportError as exc:
        raise ConfigError(
            "metrics need packages that are not installed",
            where="PERSONA_METRICS",
            fix="Install them: pip install 'persona-pipeline[otel]'; or unset PERSONA_METRICS.",
        ) from exc
    _started.append(provider)
    measures.listen(Instruments(provider).hear)


def _push(target: str) -> Any:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    if target != ON and not target.startswith(("http://", "https://")):
        raise ConfigError(
            f"it is {target!r}", where="PERSONA_METRICS", expected=f"'{ON}' or an address like {LOOPBACK}"
        )
    exporter = OTLPMetricExporter(endpoint=LOOPBACK if target == ON else target, timeout=TIMEOUT_S)
    return PeriodicExportingMetricReader(exporter, EVERY_S * 1000, TIMEOUT_S * 1000)


def _provider(reader: "MetricReader") -> "MeterProvider":
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.resources import Resource

    # no other attribute than the name: the environment may hold more than a collector should know
    return MeterProvider([reader], Resource({"service.name": "persona_pipeline"}))
