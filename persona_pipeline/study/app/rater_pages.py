"""The rater's way through a study: consent, instructions, the items, a look back, the end."""

import sqlite3
from typing import Any

from starlette.responses import RedirectResponse, Response

from persona_pipeline.study.app import answers, raters
from persona_pipeline.study.app.answers import Given
from persona_pipeline.study.app.calls import Call, Refused
from persona_pipeline.study.app.forms import arrival, given, problems
from persona_pipeline.study.app.limits import Buckets, Limits
from persona_pipeline.study.app.pages import message, page
from persona_pipeline.study.app.raters import Rater
from persona_pipeline.study.app.store import Facts, Store, card_of, facts_of
from persona_pipeline.study.app.terms import MAX_REASON
from persona_pipeline.study.app.tokens import form_token, is_form_token

FULL = "All places are taken. Thank you for your interest; you need not do anything more."
GONE = "Your place was given to somebody else, because you returned it or were away for long. Thank you."


class RaterPages:
    """What a rater's link opens.

    Args:
        joining: whether there is a general link, /join, for participants from Prolific.
    """

    def __init__(self, store: Store, limits: Limits, *, joining: bool) -> None:
        self._store, self._joining = store, joining
        self._guesses, self._joins = Buckets(limits.guess), Buckets(limits.joining)

    def join(self, call: Call) -> Response:
        """Sends a participant on to a link of their own, always of the same rater."""
        if not self._joining:
            raise Refused(404)
        arriving = arrival(call.request.query_params)
        if arriving is None:
            text = "Please open this page from Prolific: its address has to carry your participant id."
            return message(400, title="We do not know who you are", text=text)
        if self._joins.wait_s(call.address, self._store.now()):
            raise Refused(429)
        with self._store.changing() as db:
            token = raters.join(db, arriving, self._store.now())
        if token is None:
            raise Refused(503)
        return _to(f"/r/{token}")

    def start(self, call: Call) -> Response:
        """Where the rater left off."""
        with self._store.changing() as db:
            rater = self._rater(db, call)
            arriving = arrival(call.request.query_params)
            if arriving is not None:
                raters.arrive(db, rater, arriving, self._store.now())
            facts = facts_of(db)
        if rater.finished:
            return self._done(call, rater, facts)
        if not rater.consented:
            return self._consent_page(call, rater, facts)
        return _onwards(call, rater)

    def consent(self, call: Call) -> Response:
        with self._store.changing() as db:
            rater, facts = self._sent_by(db, call)
            missing = [name for name in ("agree", "honest") if call.fields.get(name) != "yes"]
            if missing and not rater.consented:
                return self._consent_page(call, rater, facts, status=422)
            if not raters.consent(db, rater, facts.terms.content_hash, self._store.now()):
                return message(409, title="The study is full", text=FULL)
        return _to(f"/r/{call.token}/instructions")

    def instructions(self, call: Call) -> Response:
        with self._store.reading() as db:
            rater, facts = self._rater(db, call), facts_of(db)
        if not rater.consented or rater.finished:
            return _home(call)
        return page("instructions", **_usual(call, rater, facts), position=rater.next_position or 1)

    def item(self, call: Call) -> Response:
        """An item, or the next one once its answer is stored."""
        with self._store.changing() as db:
            rater, facts = self._sent_by(db, call) if call.sent else (self._rater(db, call), facts_of(db))
            if not _may_see(rater, call.position):
                return _home(call)
            if not call.sent:
                return self._item_page(db, call, rater, facts)
            answer = given(call.fields)
            found = problems(answer, facts.terms, raw_reason=call.fields.get("reason", ""))
            if found:
                answers.save_draft(db, rater, call.position, answer, self._store.now())
                return self._item_page(db, call, rater, facts, problems=found, status=422)
            outcome = answers.submit(db, rater, call.position, answer, self._store.now())
            if outcome == "conflict":
                return self._item_page(db, call, rater, facts, conflict=answer, status=409)
            rater = raters.by_number(db, rater.rater)
        return _onwards(call, rater)

    def draft(self, call: Call) -> Response:
        """Keeps what is typed; the script sends it, nobody sees the answer."""
        with self._store.changing() as db:
            rater, _ = self._sent_by(db, call)
            if not _may_see(rater, call.position):
                raise Refused(404)
            kept = answers.save_draft(db, rater, call.position, given(call.fields), self._store.now())
        return Response(status_code=204 if kept else 409)

    def review(self, call: Call) -> Response:
        with self._store.reading() as db:
            rater, facts = self._rater(db, call), facts_of(db)
            if rater.released or rater.finished or not rater.consented or rater.next_position is not None:
                return _home(call)
            return page("review", **_usual(call, rater, facts), answers=answers.given_so_far(db, rater))

    def finish(self, call: Call) -> Response:
        with self._store.changing() as db:
            rater, _ = self._sent_by(db, call)
            raters.finish(db, rater, self._store.now())
        return _home(call)

    def _rater(self, db: sqlite3.Connection, call: Call) -> Rater:
        """Whose link it is; a wrong one is told nothing, and soon nothing at all."""
        found = raters.by_token(db, call.token)
        if found is None:
            raise Refused(429 if self._guesses.wait_s(call.address, self._store.now()) else 404)
        return found

    def _sent_by(self, db: sqlite3.Connection, call: Call) -> tuple[Rater, Facts]:
        """The rater who sent a form, which must be one made for them."""
        rater, facts = self._rater(db, call), facts_of(db)
        if not is_form_token(call.fields.get("form", ""), facts.key, rater.rater):
            raise Refused(403)
        return rater, facts

    def _consent_page(self, call: Call, rater: Rater, facts: Facts, *, status: int = 200) -> Response:
        sent = {name: call.fields.get(name) == "yes" for name in ("agree", "honest")}
        return page("consent", status, **_usual(call, rater, facts), sent=sent, incomplete=status != 200)

    def _item_page(
        self,
        db: sqlite3.Connection,
        call: Call,
        rater: Rater,
        facts: Facts,
        *,
        problems: dict[str, str] | None = None,
        conflict: Given | None = None,
        status: int = 200,
    ) -> Response:
        shown = answers.show(db, rater, call.position, self._store.now())
        return page(
            "item",
            status,
            **_usual(call, rater, facts),
            item=shown,
            card=card_of(db, str(rater.persona_id)),
            problems=problems or {},
            conflict=conflict,
            max_reason=MAX_REASON,
        )

    def _done(self, call: Call, rater: Rater, facts: Facts) -> Response:
        return page("done", **_usual(call, rater, facts))


def _may_see(rater: Rater, position: int) -> bool:
    """Answered items and the next one, while the rater's part goes on."""
    if not rater.consented or rater.finished or rater.released or not 1 <= position <= rater.items:
        return False
    return position in rater.answered or position == rater.next_position


def _onwards(call: Call, rater: Rater) -> Response:
    if rater.released:
        return message(200, title="Thank you", text=GONE)
    position = rater.next_position
    return _to(f"/r/{call.token}/" + ("review" if position is None else f"item/{position}"))


def _home(call: Call) -> Response:
    return _to(f"/r/{call.token}")


def _to(path: str) -> Response:
    return RedirectResponse(path, 303)


def _usual(call: Call, rater: Rater, facts: Facts) -> dict[str, Any]:
    """What every page of a rater needs."""
    return {
        "home": f"/r/{call.token}",
        "terms": facts.terms,
        "rater": rater,
        "form": form_token(facts.key, rater.rater),
    }
