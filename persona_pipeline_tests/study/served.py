"""The study's app on a real socket, and a rater who visits it with plain HTTP."""

import html
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
import uvicorn

from persona_pipeline.listening import bound_socket
from persona_pipeline.study.app import raters
from persona_pipeline.study.app.limits import Limits, Rate
from persona_pipeline.study.app.store import Store
from persona_pipeline.study.app.terms import Terms
from persona_pipeline.study.app.tokens import secret_hash
from persona_pipeline.study.app.web import study_app
from persona_pipeline.study.design import Design
from persona_pipeline_tests.study.designs import small

SECRET = "the organiser's own secret"
REASON = "They like things short and simple."
PLENTY = Limits(address=Rate(1e6, 1e6), link=Rate(1e6, 1e6), guess=Rate(1e6, 1e6), joining=Rate(1e6, 1e6), body_s=0.5)
CODE = "C0MPLETE"


@dataclass
class Study:
    """A served study.

    Args:
        tokens: of the raters that were invited.
    """

    store: Store
    address: str
    tokens: list[str]

    def visitor(self, number: int = 0, *, follows: bool = True) -> "Visitor":
        return Visitor(f"{self.address}/r/{self.tokens[number]}", follows)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.store.reading() as db:
            return [tuple(row) for row in db.execute(sql)]


@dataclass
class Visitor:
    """A rater without a browser.

    Args:
        follows: whether a form's answer is followed to the next page.
    """

    link: str
    follows: bool = True
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str = "", **query: str) -> requests.Response:
        return self.session.get(self.link + path, params=query, timeout=20)

    def post(self, path: str, **fields: object) -> requests.Response:
        return self.session.post(self.link + path, data=fields, allow_redirects=self.follows, timeout=20)

    @property
    def form(self) -> str:
        """The form token of whichever page is shown now."""
        return hidden(self.get().text, "form")

    def consent(self) -> requests.Response:
        return self.post("/consent", form=self.form, agree="yes", honest="yes")

    def answer(self, position: int, choice: str = "A", reason: str = REASON, **fields: object) -> requests.Response:
        page = self.get(f"/item/{position}").text
        given = {"form": hidden(page, "form"), "seen": hidden(page, "seen"), "choice": choice, "reason": reason}
        return self.post(f"/item/{position}", **{**given, **fields})

    def whole(self, choices: str = "AAABB") -> requests.Response:
        """From consent to the end; gives the last page."""
        self.consent()
        for position, choice in enumerate(choices, start=1):
            self.answer(position, choice)
        return self.post("/finish", form=hidden(self.get("/review").text, "form"))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def made(path: Path, design: Design | None = None, invited: int = 4, **terms: object) -> tuple[Store, list[str]]:
    store = Store.make(path, design or small(), Terms(**{"completion_code": CODE, "min_reason": 10, **terms}))  # type: ignore[arg-type]
    with store.changing() as db:
        return store, raters.invite(db, invited, store.now())


@contextmanager
def served(
    path: Path, *, design: Design | None = None, invited: int = 4, limits: Limits = PLENTY, **terms: object
) -> Iterator[Study]:
    """The app of a new study, in a thread of this process."""
    store, tokens = made(path, design, invited, **terms)
    app = study_app(store, secret_hash=secret_hash(SECRET), limits=limits)
    held = bound_socket("127.0.0.1", 0)
    config = uvicorn.Config(
        app, log_level="warning", lifespan="off", ws="none", http="h11", access_log=False, backlog=2048
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield Study(store, f"http://127.0.0.1:{held.getsockname()[1]}", tokens)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        store.close()
