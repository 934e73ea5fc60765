"""Chromium and the served command line, for tests of whole journeys; what is absent skips them with the reason."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from persona_pipeline_tests.cli.running import start
from persona_pipeline_tests.study.served import SECRET

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
QUIET = ("--disable-sync", "--no-first-run")
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright (a development tool) is not installed")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no chromium on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=[*FLAGS, *QUIET])
        try:
            yield browser
        finally:
            browser.close()


def violations(page: Any) -> list[str]:
    """What axe finds wrong with the page as it is, by WCAG AA and good practice; contrast in the dark too."""
    package = pytest.importorskip("axe_playwright_python", reason="axe (a development tool) is not installed")
    page.evaluate(Path(package.__file__).with_name("axe.min.js").read_text("utf-8"))
    found = _by_axe(page, {"type": "tag", "values": WCAG_AA})
    page.emulate_media(color_scheme="dark")
    found += _by_axe(page, {"type": "rule", "values": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    return found


def _by_axe(page: Any, rules: dict[str, Any]) -> list[str]:
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [f"{page.url}: {each['id']} {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


@dataclass
class Server:
    """`persona-pipeline study serve` as a process of its own, on an existing store."""

    store: Path
    port: int
    process: "subprocess.Popen[str] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        options = ("study", "serve", "--store", self.store, "--port", self.port)
        self.process = start(*options, PERSONA_STUDY_SECRET=SECRET)
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, self.process.communicate()[0]
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut would: no goodbye, no flush."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate(timeout=20)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.address}/healthz", timeout=5).ok
        except requests.ConnectionError:
            return False


@contextmanager
def serving(store: Path) -> Iterator[Server]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    server = Server(store, port)
    server.begin()
    try:
        yield server
    finally:
        server.kill()
