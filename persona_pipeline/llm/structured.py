"""Structured answers where the endpoint has them, and the next best where it has not, found out by asking."""

import logging
from collections.abc import Mapping
from typing import Any

from persona_pipeline.llm.provider import ProviderFailure

FORMS = ("json_schema", "json_object", "text")
"""An answer held to a schema, held to be some JSON object, or held to nothing but what the prompt says."""

_SIGNS = ("response_format", "json_schema", "json_object", "structured output", "guided_json", "guided decoding")
_log = logging.getLogger(__name__)


class StructuredOutputs:
    """What each model of an endpoint was found to take; at first, that it takes JSON schemas.

    The prompt describes the format anyway, and an answer without it is recorded as invalid and asked for again: a
    lesser form costs more invalid answers, and none that are taken as good.
    """

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._found: dict[str, str] = {}

    def form_for(self, body: Mapping[str, Any]) -> str:
        """One of FORMS; a request for plain text has text."""
        return self._found.get(body["model"], FORMS[0]) if "response_format" in body else FORMS[-1]

    def shaped(self, body: dict[str, Any], form: str) -> dict[str, Any]:
        """The request's body in this form."""
        if "response_format" not in body or form == FORMS[0]:
            return body
        plain = {name: value for name, value in body.items() if name != "response_format"}
        return plain if form == FORMS[-1] else {**plain, "response_format": {"type": form}}

    def after(self, form: str, model: str, failure: ProviderFailure) -> str | None:
        """The next form to ask in, when it was this one that the endpoint refused; told once in the log."""
        if failure.kind != "bad_request" or form == FORMS[-1] or not _names_the_form(failure.message):
            return None
        lesser = FORMS[FORMS.index(form) + 1]
        if FORMS.index(self._found.get(model, FORMS[0])) < FORMS.index(lesser):
            self._found[model] = lesser
            _log.warning(
                "%s: %s does not take response_format %s (%s); asking for %s from now on, and checking the answers",
                *(self._endpoint, model, form, failure.message, lesser),
            )
        return lesser


def _names_the_form(message: str) -> bool:
    return any(sign in message.lower() for sign in _SIGNS)
