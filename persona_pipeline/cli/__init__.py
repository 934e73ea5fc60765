"""The command line: persona-pipeline run | estimate | doctor | query | ui | study | ledger | serve-simulated …"""

from persona_pipeline.cli.commands import app, main

__all__ = ["app", "main"]
