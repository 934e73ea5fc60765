from persona_pipeline.study.app import tokens

KEY = b"k" * 32
SECRET = tokens.secret_hash("the secret")


def test_a_form_token_is_for_one_rater_and_one_server():
    token = tokens.form_token(KEY, 1)
    assert tokens.is_form_token(token, KEY, 1)
    assert not tokens.is_form_token(token, KEY, 2)
    assert not tokens.is_form_token(token, b"x" * 32, 1)
    assert not tokens.is_form_token("", KEY, 1)


def test_a_session_ends_and_is_void_once_the_secret_changes():
    cookie = tokens.session(KEY, SECRET, now=100.0)
    assert tokens.is_session(cookie, KEY, SECRET, now=100.0 + tokens.SESSION_S - 1)
    assert not tokens.is_session(cookie, KEY, SECRET, now=100.0 + tokens.SESSION_S)
    assert not tokens.is_session(cookie, KEY, tokens.secret_hash("another"), now=100.0)


def test_a_session_cannot_be_made_longer_or_up():
    until, _, signature = tokens.session(KEY, SECRET, now=100.0).partition(".")
    for forged in (f"9{until}.{signature}", until, ".", "", f"²{until}.{signature}", "\udcff.x"):
        assert not tokens.is_session(forged, KEY, SECRET, now=100.0)
