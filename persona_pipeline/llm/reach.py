"""Whether an endpoint answers and takes the key, without asking a model anything."""

import email.utils
import time
from dataclasses import dataclass

import requests

from persona_pipeline.errors import ModelCallError
from persona_pipeline.llm.provider import ProviderSettings
from persona_pipeline.llm.providers.openai_compatible import address_and_key

TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Reached:
    """An endpoint that answered.

    Args:
        took_s: how long the answer took, in seconds.
        models: what it lists; empty where it does not list models.
        date: its clock, in seconds since 1970; None where it does not say.
    """

    took_s: float
    models: frozenset[str]
    date: float | None


def reach(base_url: str, api_key: str | None) -> Reached:
    """Asks for the list of models, with the key; what is wrong is a ConfigError or ModelCallError without the key."""
    address, key = address_and_key(ProviderSettings(base_url=base_url or None, api_key=api_key))
    began = time.perf_counter()
    try:
        answer = requests.get(
            f"{address}/models",
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT_S,
            allow_redirects=False,  # the key goes to nobody else
        )
    except (requests.RequestException, ValueError) as exc:
        kind = type(exc).__name__
        fix = "Start the server, or check the base URL, the network and the proxy settings."
        raise ModelCallError(f"the endpoint cannot be reached ({kind})", where=address, fix=fix) from None
    if answer.status_code in (401, 403):
        what, fix = f"the endpoint refuses the key (HTTP {answer.status_code})", "Set a key that is valid there."
        raise ModelCallError(what, where=address, fix=fix)
    if answer.status_code >= 300 and answer.status_code != 404:  # not every server lists its models
        fix = "Look at the endpoint, and at the base URL, which ends in the version, such as /v1."
        raise ModelCallError(f"the endpoint answered HTTP {answer.status_code}", where=address, fix=fix)
    return Reached(time.perf_counter() - began, _models(answer), _date(answer))


def _models(answer: requests.Response) -> frozenset[str]:
    try:
        return frozenset(str(model["id"]) for model in answer.json()["data"])
    except (ValueError, KeyError, TypeError):
        return frozenset()


def _date(answer: requests.Response) -> float | None:
    told = email.utils.parsedate_tz(answer.headers.get("date", ""))
    return None if told is None else float(email.utils.mktime_tz(told))
