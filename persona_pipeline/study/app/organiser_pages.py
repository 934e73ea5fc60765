"""The organiser's page, behind a secret of its own."""

from collections.abc import Callable

from starlette.responses import RedirectResponse, Response

from persona_pipeline.study.app import exports
from persona_pipeline.study.app.calls import Call, Refused
from persona_pipeline.study.app.limits import Buckets, Limits
from persona_pipeline.study.app.organiser import overview
from persona_pipeline.study.app.pages import page
from persona_pipeline.study.app.store import Store
from persona_pipeline.study.app.tokens import SESSION_S, form_token, is_form_token, is_secret, is_session, session

COOKIE = "organiser"
HOME = "/organiser"
CSV, JSONL = "text/csv; charset=utf-8", "application/x-ndjson; charset=utf-8"
RATING_COLUMNS = ("rater_id", "item_id", "choice", "explanation", "seconds", "answered_at", "submission_id", "status")
EXPORTS: dict[str, tuple[str, Callable[..., exports.Records], Callable[[exports.Records], str]]] = {
    "ratings.jsonl": (JSONL, exports.ratings, exports.as_jsonl),
    "ratings.csv": (CSV, exports.ratings, lambda records: exports.as_csv(records, RATING_COLUMNS)),
    "history.jsonl": (JSONL, exports.history, exports.as_jsonl),
    "participants.csv": (CSV, exports.participants, lambda records: exports.as_csv(records, ("participant",))),
}


class OrganiserPages:
    """What the organiser's secret opens.

    Args:
        secret_hash: of the secret; what is given is compared with it in constant time.
    """

    def __init__(self, store: Store, limits: Limits, *, secret_hash: str) -> None:
        self._store, self._secret_hash = store, secret_hash
        self._key, self._guesses = store.facts().key, Buckets(limits.guess)

    def home(self, call: Call) -> Response:
        if not self._knows(call):
            return page("login", failed=False)
        with self._store.reading() as db:
            seen = overview(db)
        facts = self._store.facts()
        return page(
            "organiser", seen=seen, terms=facts.terms, exports=list(EXPORTS), form=form_token(self._key, COOKIE)
        )

    def login(self, call: Call) -> Response:
        if self._guesses.wait_s(call.address, self._store.now()):
            raise Refused(429)
        if not is_secret(call.fields.get("secret", ""), self._secret_hash):
            return page("login", 403, failed=True)
        entered = RedirectResponse(HOME, 303)
        entered.set_cookie(
            COOKIE,
            session(self._key, self._secret_hash, self._store.now()),
            max_age=SESSION_S,
            path=HOME,
            secure=call.request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return entered

    def logout(self, call: Call) -> Response:
        if not self._knows(call):
            return page("login", 403, failed=False)
        if not is_form_token(call.fields.get("form", ""), self._key, COOKIE):
            raise Refused(403)
        left = RedirectResponse(HOME, 303)
        left.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict")
        return left

    def export(self, call: Call) -> Response:
        """A file; programs send the secret as `Authorization: Bearer …`."""
        if not self._knows(call):
            return page("login", 401, failed=False)
        name = str(call.request.path_params["name"])
        if name not in EXPORTS:
            raise Refused(404)
        media_type, records, written = EXPORTS[name]
        with self._store.reading() as db:
            content = written(records(db))
        return Response(
            content,
            headers={"Content-Type": media_type, "Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _knows(self, call: Call) -> bool:
        cookie = call.request.cookies.get(COOKIE, "")
        if cookie and is_session(cookie, self._key, self._secret_hash, self._store.now()):
            return True
        scheme, _, secret = call.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return False
        if self._guesses.wait_s(call.address, self._store.now()):
            raise Refused(429)
        return is_secret(secret.strip(), self._secret_hash)
