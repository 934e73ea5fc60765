"""Licences and known vulnerabilities of what is installed: what the checks let through and what they do not."""

import importlib.util
from types import ModuleType

import pytest

from persona_pipeline_tests.cli.running import ROOT


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("BSD License / BSD-3-Clause", True),
        ("Apache-2.0 OR GPL-3.0", True),  # one may choose
        ("MPL-2.0 AND MIT", True),
        ("GPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("", False),
    ],
)
def test_permissive_licences_pass_and_others_and_none_do_not(licence, permissive):
    assert (script("licences").problem_with("p", licence) == "") == permissive


def test_everything_that_a_run_needs_is_locked_with_hashes_and_permissively_licensed():
    licences = script("licences")
    lock = licences.LOCK.read_text("utf-8")
    assert lock.count("==") <= lock.count("--hash=sha256:")
    assert licences.main(licences.LOCK) == 0


def test_a_check_without_a_network_is_skipped_in_words_and_a_finding_fails():
    outcome = script("audit").outcome
    assert outcome(0, "No known vulnerabilities found") == (0, "pip-audit: no known vulnerability")
    code, line = outcome(1, "requests.exceptions.ConnectionError: HTTPSConnectionPool")
    assert (code, "skipped" in line) == (0, True)
    code, line = outcome(1, "Found 1 known vulnerability in 1 package\nName Version ID\npkg 1.0 PYSEC-1")
    assert (code, "PYSEC-1" in line) == (1, True)
    assert outcome(2, "unexpected")[0] == 1
