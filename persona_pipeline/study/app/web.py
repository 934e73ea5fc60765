"""The ASGI app: which address opens which page."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from persona_pipeline.study.app.calls import Call, endpoint
from persona_pipeline.study.app.guards import Guards
from persona_pipeline.study.app.limits import Limits
from persona_pipeline.study.app.organiser_pages import OrganiserPages
from persona_pipeline.study.app.pages import message, static
from persona_pipeline.study.app.rater_pages import RaterPages
from persona_pipeline.study.app.store import Store

WELCOME = "Raters open it with a link of their own. If you were sent one, please copy it whole."


def study_app(store: Store, *, secret_hash: str, joining: bool = True, limits: Limits | None = None) -> ASGIApp:
    """The whole app on one store.

    Args:
        secret_hash: of the organiser's secret.
        joining: whether participants from Prolific may come over the general link, /join.
    """
    limits = limits or Limits()
    rater = RaterPages(store, limits, joining=joining)
    organiser = OrganiserPages(store, limits, secret_hash=secret_hash)
    routes = [
        Route("/", endpoint(_welcome)),
        Route("/healthz", _healthy),
        Route("/static/{name}", _static),
        Route("/join", endpoint(rater.join)),
        Route("/r/{token}", endpoint(rater.start)),
        Route("/r/{token}/consent", endpoint(rater.consent), methods=["POST"]),
        Route("/r/{token}/instructions", endpoint(rater.instructions)),
        Route("/r/{token}/item/{position:int}", endpoint(rater.item), methods=["GET", "POST"]),
        Route("/r/{token}/draft/{position:int}", endpoint(rater.draft), methods=["POST"]),
        Route("/r/{token}/review", endpoint(rater.review)),
        Route("/r/{token}/finish", endpoint(rater.finish), methods=["POST"]),
        Route("/organiser", endpoint(organiser.home)),
        Route("/organiser", endpoint(organiser.login), methods=["POST"]),
        Route("/organiser/logout", endpoint(organiser.logout), methods=["POST"]),
        Route("/organiser/export/{name}", endpoint(organiser.export)),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown, 500: _failed})
    app.router.redirect_slashes = False
    return Guards(app, limits=limits, refuse=message)


def _welcome(_: Call) -> Response:
    return message(200, title="A study", text=WELCOME)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _static(request: Request) -> Response:
    return static(request.path_params["name"])


async def _unknown(_: Request, exc: Exception) -> Response:
    return message(getattr(exc, "status_code", 404))


async def _failed(_: Request, __: Exception) -> Response:
    return message(500)
