"""What a fresh process imports: who knows whom, and what nobody has to wait for."""

import json
import re
import subprocess
import sys

import pytest

from persona_pipeline_tests.cli.running import ROOT, clean_environment

DOMAIN = ("agreement", "asking", "bench", "census", "feedback", "personas", "prompts", "schemas", "simulation")
OUTSIDE = ("dagster", "duckdb", "great_expectations", "openai")
SLOW = ("great_expectations", "openai", "sklearn")  # each takes seconds; imported by who needs it, when it is needed
EVERYTHING_UNDER = """
import importlib, json, pkgutil, sys
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(json.dumps(sorted(sys.modules)))
"""
ONLY = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def imported_by(script: str, *names: str) -> set[str]:
    """The modules that a fresh process has after importing these."""
    ended = subprocess.run(
        [sys.executable, "-c", script, *names],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=clean_environment(),
    )
    found: list[str] = json.loads(ended.stdout)
    return set(found)


def test_the_domain_knows_nothing_of_orchestration_storage_or_clients():
    found = imported_by(EVERYTHING_UNDER, *(f"persona_pipeline.{name}" for name in DOMAIN))
    assert found & set(OUTSIDE) == set()
    upward = {"llm", "warehouse", "quality", "resources", "assets", "definitions", "jobs", "cli"}
    assert {name for name in found if name.startswith(tuple(f"persona_pipeline.{up}" for up in upward))} == set()


def test_loading_the_definitions_waits_for_none_of_the_slow_libraries():
    assert imported_by(ONLY, "persona_pipeline.definitions") & set(SLOW) == set()


def test_asking_for_help_waits_for_none_of_the_slow_libraries():
    assert imported_by(ONLY, "persona_pipeline.cli") & set(SLOW) == set()


@pytest.mark.parametrize("library", OUTSIDE[1:])
def test_each_outside_library_is_imported_in_one_folder(library):
    home = {"duckdb": "warehouse", "great_expectations": "quality", "openai": "llm"}[library]
    package = ROOT / "persona_pipeline"
    users = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if re.match(rf"(import|from) {library}\b|.*import_module\(.{library}", line.strip())
    }
    assert users == {home}
