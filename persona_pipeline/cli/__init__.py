"""The command line: persona-pipeline run | estimate | ledger | study | query | ui | serve-simulated | dictionary."""

from persona_pipeline.cli.commands import app, main

__all__ = ["app", "main"]
