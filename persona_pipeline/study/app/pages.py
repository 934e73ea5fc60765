"""Pages from templates; everything that comes from people is escaped."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

MESSAGES = {
    400: ("This did not work", "The form did not arrive as expected. Go back, reload the page and try again."),
    403: ("This did not work", "The form did not come from this page, or it is too old. Go back and reload the page."),
    404: ("There is nothing here", "Please check the link: it has to be copied whole."),
    405: ("There is nothing here", "Please go back and use the buttons on the page."),
    408: ("That took too long", "Your connection may be slow. Go back and try again; nothing was lost."),
    413: ("That is too much text", "Please go back and shorten what you wrote."),
    415: ("This did not work", "The form did not arrive as expected. Go back, reload the page and try again."),
    429: ("One moment", "There were many requests at once. Wait a few seconds and reload the page; nothing was lost."),
    500: ("Something went wrong here", "It is not your fault. Reload the page; what was confirmed is stored."),
    503: ("The study is busy", "Wait a minute and reload the page."),
}
STATIC = {
    "study.css": "text/css; charset=utf-8",
    "study.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template's page; a value that is missing is an error, never an empty place."""
    return HTMLResponse(_environment().get_template(f"{name}.html").render(**values), status)


def message(status: int, *, title: str | None = None, text: str | None = None) -> HTMLResponse:
    """A page that says one thing, such as what a status means."""
    usual = MESSAGES.get(status, MESSAGES[400])
    return page("message", status, heading=title or usual[0], text=text or usual[1])


def static(name: str) -> Response:
    """One of the app's own files; there are no others."""
    if name not in STATIC:
        return message(404)
    return Response(_static(name), headers={"Content-Type": STATIC[name], "Cache-Control": "public, max-age=86400"})


@cache
def _static(name: str) -> bytes:
    return (files(__package__) / "static" / name).read_bytes()


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["static"] = _address
    found.filters["duration"] = _duration
    return found


def _address(name: str) -> str:
    """Where a file is, with a part that changes when it does."""
    return f"/static/{name}?v={hashlib.sha256(_static(name)).hexdigest()[:12]}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"
