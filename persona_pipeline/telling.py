"""Telling people, where the environment says how."""

from persona_pipeline.settings import Settings
from persona_pipeline.webhook import VARIABLE, post


def tell(text: str) -> bool:
    """Posts a text to the webhook of PERSONA_WEBHOOK; False when there is none."""
    url = Settings.from_environment().secret(VARIABLE)
    if url is None:
        return False
    post(url, f"persona_pipeline: {text}")
    return True
