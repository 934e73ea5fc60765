"""The gate: rules from a table's columns and its suite, run by Great Expectations before anything is published."""

from persona_pipeline.quality.gate import CheckOutcome, Verdict, admit
from persona_pipeline.quality.rules import Rule, checks_of, rules_of
from persona_pipeline.quality.staged import admit_staged

__all__ = ["CheckOutcome", "Rule", "Verdict", "admit", "admit_staged", "checks_of", "rules_of"]
