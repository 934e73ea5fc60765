"""What a run tells those who operate it, when they ask: JSON lines, and metrics for OpenTelemetry."""
