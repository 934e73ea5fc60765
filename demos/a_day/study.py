"""A rater of the human study, in Chromium."""

from pathlib import Path
from typing import Any

from persona_pipeline.agreement.study import ATTENTION

REASON = "As this person would say it: plain, and to the point."


class Rater:
    """Somebody with a link, at a browser.

    Args:
        link: what `study links` printed.
    """

    def __init__(self, link: str, browser: Any, pictures: Path) -> None:
        self._link, self._pictures = link, pictures
        self.page = browser.new_context(viewport={"width": 1100, "height": 900}).new_page()
        self.page.set_default_timeout(60_000)

    def begins(self) -> None:
        self.page.goto(self._link)
        self.page.check("[name=agree]")
        self.page.check("[name=honest]")
        self.page.click("button.primary")
        self.page.click("a.button")

    def comes_back(self) -> int:
        """Opens the link again; the item at which the study goes on."""
        self.page.goto(self._link)
        self.page.wait_for_url("**/item/*")
        return int(self.page.url.rpartition("/")[2])

    def fills(self, item: int) -> None:
        self.page.wait_for_url(f"**/item/{item}")
        first, second = self.page.inner_text("body").split("Answer B")
        told = (
            "a" if ATTENTION in first else "b" if ATTENTION in second else "ab"[item % 2]
        )  # she reads what she is told
        self.page.check(f"#choice-{told}")
        self.page.fill("#reason", REASON)

    def submits(self, item: int) -> None:
        self.fills(item)
        self.page.click("button.primary")
        self.page.wait_for_url(lambda url: not url.endswith(f"/item/{item}"))

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self._pictures / f"{name}.png")
