"""Secrets: links, forms, and the organiser's session. What is stored or sent is a hash or a signature."""

import hashlib
import hmac
import secrets

TOKEN_BYTES = 24  # 192 bits, 32 characters
SESSION_S = 8 * 3600


def new_token() -> str:
    """A rater's secret, as it stands in the link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hashed(token: str) -> bytes:
    """What is stored of a token; it cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def form_token(key: bytes, *bound_to: object) -> str:
    """What a form carries to show that it came from this server's page, for this rater."""
    return _signature(key, "form", *bound_to)


def is_form_token(given: str, key: bytes, *bound_to: object) -> bool:
    return _same(given, form_token(key, *bound_to))


def new_secret() -> str:
    """A secret for the organiser, to be shown once."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def secret_hash(secret: str) -> str:
    return hashed(secret).hex()


def is_secret(given: str, expected_hash: str) -> bool:
    return _same(secret_hash(given), expected_hash)


def session(key: bytes, expected_hash: str, now: float) -> str:
    """The organiser's cookie: until when it holds, signed; another secret makes it void."""
    until = str(int(now) + SESSION_S)
    return f"{until}.{_signature(key, 'session', expected_hash, until)}"


def is_session(given: str, key: bytes, expected_hash: str, now: float) -> bool:
    until, _, signature = given.partition(".")
    expected = _signature(key, "session", expected_hash, until)
    return _same(signature, expected) and until.isascii() and until.isdigit() and int(until) > now


def _signature(key: bytes, *parts: object) -> str:
    return hmac.new(key, "\n".join(map(str, parts)).encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
