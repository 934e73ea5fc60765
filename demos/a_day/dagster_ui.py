"""What people do in the Dagster UI, in Chromium; and what its API says of runs, for waiting."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

RUNS = """query { runsOrError(limit: 50) { ... on Runs { results {
  runId status jobName startTime endTime tags { key value } assetSelection { path } } } } }"""
DAEMONS = "query { instance { daemonHealth { allDaemonStatuses { healthy required } } } }"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
TRIES, HEARD_WITHIN_MS = 5, 15_000
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

    def picture(self, name: str, shows: str = "") -> None:
        """A screenshot, when what is on the page, which comes bit by bit, shows what it is about."""
        if shows:
            with suppress(Exception):  # a picture that is not as it should be is looked at, too
                self.page.get_by_text(shows).first.wait_for(timeout=20_000)
        self.page.wait_for_timeout(3000)
        self.page.screenshot(path=self._pictures / f"{name}.png")

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def switch(self, schedule: str, on: bool) -> None:
        """Turns a schedule on or off."""
        self.visit(f"/locations/persona_pipeline/schedules/{schedule}")
        toggle = self.page.locator("label:has(input[type=checkbox])").first
        toggle.wait_for()
        self.page.wait_for_timeout(3000)  # it is shown before it shows what it is
        if toggle.locator("input").is_checked() != on:
            toggle.click()
            self.page.wait_for_function("on => document.querySelector('input[type=checkbox]').checked === on", arg=on)

    def backfill(self, job: str, partitions: Iterable[str]) -> None:
        """Launches a backfill of some partitions, from the job's page."""
        self.visit(f"/locations/persona_pipeline/jobs/{job}")
        chooser = self.page.get_by_text("Select a partition or create one")
        self._press("Materialize all…", chooser)
        chooser.click()
        for partition in partitions:
            self.page.get_by_placeholder("Filter partitions").fill(partition)
            self.page.get_by_role("menuitem").filter(has=self.page.get_by_text(partition, exact=True)).click()
        self.page.keyboard.press("Escape")
        self.picture("backfill-dialog")
        self.page.get_by_role("button", name="Launch backfill").click()

    def materialize(self, path: str) -> None:
        """Presses Materialize on the page of a job or an asset without partitions."""
        self.visit(path)
        self._press("Materialize", self.page.get_by_text("Launched run"))

    def _press(self, button: str, outcome: Any) -> None:
        """Presses a button until something comes of it: a page that has just been opened may not hear it yet."""
        for _ in range(TRIES):
            self.page.get_by_role("button", name=button).first.click()
            try:
                outcome.first.wait_for(timeout=HEARD_WITHIN_MS)
            except Exception as exc:  # playwright's own time-out, without importing playwright here
                if "Timeout" not in str(exc):
                    raise
            else:
                return
        raise TimeoutError(f"nothing came of the button {button}")

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
