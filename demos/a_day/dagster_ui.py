"""What people do in the Dagster UI, in Chromium; and what its API says of runs, for waiting."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import requests

RUNS = """query { runsOrError(limit: 50) { ... on Runs { results {
  runId status jobName startTime endTime tags { key value } assetSelection { path } } } } }"""
DAEMONS = "query { instance { daemonHealth { allDaemonStatuses { healthy required } } } }"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
QUIET = ("--disable-sync", "--no-first-run")


class DagsterUI:
    """A page of the UI, with pictures of it.

    Args:
        address: of the web server.
        browser: a Chromium of playwright's.
        pictures: the folder for screenshots.
    """

    def __init__(self, address: str, browser: Any, pictures: Path) -> None:
        self.address, self._pictures = address, pictures
        self.page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.page.set_default_timeout(60_000)

    def picture(self, name: str, wait_ms: int = 2500) -> None:
        self.page.wait_for_timeout(wait_ms)  # what is on a page comes bit by bit
        self.page.screenshot(path=self._pictures / f"{name}.png")

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def switch(self, schedule: str) -> None:
        """Turns a schedule on, or off when it is on."""
        self.visit(f"/locations/persona_pipeline/schedules/{schedule}")
        toggle = self.page.locator("label:has(input[type=checkbox])").first
        was = toggle.locator("input").is_checked()
        toggle.click()
        self.page.wait_for_function("was => document.querySelector('input[type=checkbox]').checked !== was", arg=was)

    def backfill(self, job: str, partitions: Iterable[str]) -> None:
        """Launches a backfill of some partitions, from the job's page."""
        self.visit(f"/locations/persona_pipeline/jobs/{job}")
        self.page.get_by_role("button", name="Materialize all…").click()
        self.page.get_by_text("Select a partition or create one").click()
        for partition in partitions:
            self.page.get_by_placeholder("Filter partitions").fill(partition)
            self.page.get_by_role("menuitem").filter(has=self.page.get_by_text(partition, exact=True)).click()
        self.page.keyboard.press("Escape")
        self.picture("backfill-dialog", 1500)
        self.page.get_by_role("button", name="Launch backfill").click()

    def materialize(self, asset: str) -> None:
        """Presses Materialize on the page of an asset without partitions."""
        self.visit(f"/assets/{asset}")
        self.page.get_by_role("button", name="Materialize", exact=False).first.click()

    def runs(self) -> list[dict[str, Any]]:
        """The latest runs, the newest first."""
        found = self._asked(RUNS)["runsOrError"]["results"]
        for run in found:
            run["tags"] = {tag["key"]: tag["value"] for tag in run["tags"]}
        return list(found)

    def is_well(self) -> bool:
        """Whether it answers, and all its daemons with it."""
        try:
            daemons = self._asked(DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
        except (requests.RequestException, KeyError, TypeError):
            return False
        return all(each["healthy"] for each in daemons if each["required"])

    def _asked(self, query: str) -> dict[str, Any]:
        answer = requests.post(f"{self.address}/graphql", json={"query": query}, timeout=30)
        answer.raise_for_status()
        data: dict[str, Any] = answer.json()["data"]
        return data
