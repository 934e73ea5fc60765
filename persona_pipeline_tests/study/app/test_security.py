"""What the app refuses, and what it never says."""

import json
import re
import socket
import sqlite3
from collections.abc import Iterator

import pytest
import requests

from persona_pipeline.study.app.limits import Limits, Rate
from persona_pipeline_tests.study.designs import small
from persona_pipeline_tests.study.served import REASON, SECRET, Study, hidden, served

EVIL = "<script>alert(1)</script>'\"; DROP TABLE answers; -- {{ 7*7 }} \u202e\x00"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    with served(tmp_path_factory.mktemp("study") / "s.sqlite", design=small(8), invited=16) as found:
        yield found


def raw(study: Study, request: bytes, wait_s: float = 5.0) -> bytes:
    """What the server answers to these very bytes."""
    host, port = study.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=wait_s) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
            if b"\r\n\r\n" in answer and b"HTTP/1.1 3" not in answer[:12] and b"</html>" in answer:
                break
    return answer


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("token", ["x", "x" * 32, "%2e%2e", "a%00b", "' OR 1=1 --", "%ff", "\u00e9" * 32, "a" * 4000])
def test_a_link_that_nobody_was_given_opens_nothing(study, token):
    for path in ("", "/item/1", "/review", "/instructions"):
        assert requests.get(f"{study.address}/r/{token}{path}", timeout=20).status_code == 404


def test_a_form_needs_a_token_made_for_this_rater(study):
    mine, other = study.visitor(0), study.visitor(1)
    mine.consent()
    other.consent()
    stolen = hidden(other.get("/item/1").text, "form")
    fields = {"choice": "A", "reason": REASON, "seen": "0"}
    for form in ("", "0" * 64, stolen):
        for path in ("/item/1", "/draft/1", "/consent", "/finish"):
            assert mine.post(path, form=form, **fields).status_code == 403
    assert study.rows("SELECT count(*) FROM answers WHERE rater = 1") == [(0,)]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_form_sent_from_another_site_is_refused_even_with_its_token(study, headers):
    rater = study.visitor(2)
    fields = {"form": rater.form, "agree": "yes", "honest": "yes"}
    answer = requests.post(f"{rater.link}/consent", data=fields, headers=headers, timeout=20)
    assert answer.status_code == 403
    assert study.rows("SELECT place FROM raters WHERE rater = 3") == [(None,)]


def test_what_people_write_is_text_everywhere(study):
    rater = study.visitor(3)
    rater.consent()
    for position in range(1, 6):
        page = rater.answer(position, "A", EVIL * 2, active_s=EVIL, seen="0").text
        assert "<script>alert" not in page
    review = rater.get("/review").text
    assert "&lt;script&gt;alert(1)" in review
    assert "{{ 7*7 }}" in review
    rater.post("/finish", form=re.findall(r'name="form" value="(\w+)"', review)[0])
    for page in (rater.get(f"?PROLIFIC_PID={EVIL}").text, _organiser(study).get(f"{study.address}/organiser").text):
        assert "<script>alert" not in page
    assert study.rows("SELECT count(*) FROM answers WHERE rater = 4") == [(5,)]


@pytest.mark.parametrize("field", ["form", "seen", "choice", "active_s", "agree"])
def test_sql_in_any_field_is_no_sql(study, field):
    rater = study.visitor(4)
    rater.consent()
    fields = {"form": rater.form, "choice": "A", "reason": REASON, "seen": "0", "agree": "yes", "honest": "yes"}
    answer = rater.post("/item/1", **{**fields, field: "1'); DELETE FROM answers; --"})
    assert answer.status_code in (200, 403, 422)
    with sqlite3.connect(study.store.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_oversized_or_unfinished_body_is_refused(study):
    rater = study.visitor(5)
    assert rater.post("/consent", form=rater.form, reason="x" * 40_000).status_code == 413
    path = rater.link.removeprefix(study.address)
    chunked = f"POST {path}/consent HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    big = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    assert status_of(raw(study, chunked + big * 3)) == 413
    slow = f"POST {path}/consent HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nagree=".encode()
    assert status_of(raw(study, slow)) == 408


def test_only_forms_are_read(study):
    rater = study.visitor(5)
    for headers in ({"Content-Type": "application/json"}, {"Content-Type": "text/plain"}):
        answer = requests.post(f"{rater.link}/consent", data=b'{"agree": "yes"}', headers=headers, timeout=20)
        assert answer.status_code == 415
    assert requests.post(f"{rater.link}/consent", files={"agree": b"yes"}, timeout=20).status_code == 415


@pytest.mark.parametrize(
    "path",
    [
        "/static/../study.css",
        "/static/..%2f..%2fserving.py",
        "/static/%2e%2e/%2e%2e/serving.py",
        "/static//etc/passwd",
        "/static/study.css%00.html",
        "//organiser/export/ratings.csv",
        "/organiser/export/../export/ratings.csv",
        "/organiser/export/..%2fratings.csv",
        "/r/x/../../organiser",
        "/s.sqlite",
        "/ORGANISER/export/ratings.csv",
    ],
)
def test_tricks_with_paths_lead_nowhere(study, path):
    answer = raw(study, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert status_of(answer) in (401, 404)
    assert b"rater_id" not in answer


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_other_methods_do_nothing(study, method):
    for path in ("/organiser", "/join", f"/r/{study.tokens[0]}"):
        assert requests.request(method, study.address + path, timeout=20).status_code == 405


def test_every_answer_carries_the_headers_that_browsers_obey(study):
    static = re.findall(r'(/static/[^"]+)"', requests.get(study.address, timeout=20).text)
    for path in ("/", "/organiser", "/nothing", "/join", f"/r/{study.tokens[6]}", *static):
        headers = requests.get(study.address + path, timeout=20).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert ("no-store" in headers["cache-control"]) == (path not in static)
        assert "set-cookie" not in headers


def test_pages_load_nothing_from_elsewhere_and_hold_no_script_of_their_own(study):
    rater = study.visitor(6)
    rater.consent()
    for page in (rater.get("/item/1").text, rater.get("/instructions").text, study.visitor(7).get().text):
        assert re.findall(r'(?:src|href)="((?!/static/|/r/|#)[^"]*)"', page) == []
        assert not re.search(r"<script(?! src=)|\son\w+=|\sstyle=", page)


def test_a_rater_learns_nothing_of_others_sides_ids_or_checks(study):
    first, second = study.visitor(8), study.visitor(9)
    first.whole("BBBBB")
    second.consent()
    pages = [second.get(path).text for path in ("", "/instructions", "/item/1", "/item/2", "/review")]
    pages += [second.answer(1).text, second.answer(2).text]
    seen = " ".join(pages)
    secrets = study.rows("SELECT rater_id FROM raters") + study.rows("SELECT item_id FROM items")
    for (secret,) in secrets + study.rows("SELECT persona_id FROM personas"):
        assert str(secret) not in seen
    for word in ("revision", "expected", "repeat", "sim-a", "attention", "model"):
        assert word not in seen.lower()
    for (token,) in [(token,) for token in study.tokens if token != study.tokens[9]]:
        assert token not in seen


def test_the_organisers_page_and_exports_need_the_secret(study):
    anonymous = requests.Session()
    assert "Raters" not in anonymous.get(f"{study.address}/organiser", timeout=20).text
    for name in ("ratings.csv", "ratings.jsonl", "history.jsonl", "participants.csv"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"organiser=9999999999.{'0' * 64}"}):
            answer = anonymous.get(f"{study.address}/organiser/export/{name}", headers=headers, timeout=20)
            assert answer.status_code == 401
    token = study.tokens[0]  # a rater's link is no organiser's secret
    assert anonymous.post(f"{study.address}/organiser", data={"secret": token}, timeout=20).status_code == 403
    assert anonymous.post(f"{study.address}/organiser/logout", timeout=20).status_code == 415


def test_the_organisers_session_is_a_strict_cookie_and_ends(study):
    session = requests.Session()
    entered = session.post(
        f"{study.address}/organiser", data={"secret": SECRET}, allow_redirects=False, timeout=20
    ).headers["set-cookie"]
    assert all(part in entered for part in ("HttpOnly", "SameSite=strict", "Path=/organiser"))
    assert SECRET not in entered
    page = session.get(f"{study.address}/organiser", timeout=20).text
    assert "Raters" in page
    form = re.findall(r'name="form" value="(\w+)"', page)[0]
    assert session.post(f"{study.address}/organiser/logout", data={"form": "x"}, timeout=20).status_code == 403
    session.post(f"{study.address}/organiser/logout", data={"form": form}, timeout=20)
    assert "Raters" not in session.get(f"{study.address}/organiser", timeout=20).text


def test_exports_hold_no_participants_and_no_formulas(study):
    rater = study.visitor(10)
    rater.get(PROLIFIC_PID="pid-in-secret", SESSION_ID="submission-1")
    rater.consent()
    rater.answer(1, "A", '=HYPERLINK("http://evil.example")')
    bearer = {"Authorization": f"Bearer {SECRET}"}
    found = {
        name: requests.get(f"{study.address}/organiser/export/{name}", headers=bearer, timeout=20).text
        for name in ("ratings.csv", "ratings.jsonl", "participants.csv")
    }
    assert '"\'=HYPERLINK(""http://evil.example"")"' in found["ratings.csv"]
    ratings = [json.loads(line) for line in found["ratings.jsonl"].splitlines()]
    assert ratings[-1]["explanation"] == '=HYPERLINK("http://evil.example")'
    assert ratings[-1]["submission_id"] == "submission-1"
    assert "pid-in-secret" not in found["ratings.csv"] + found["ratings.jsonl"]
    assert "pid-in-secret" in found["participants.csv"]


def test_floods_and_guesses_are_slowed_while_others_go_on(tmp_path):
    limits = Limits(link=Rate(20, 0.1), guess=Rate(5, 0.01), joining=Rate(3, 0.01))
    with served(tmp_path / "s.sqlite", limits=limits) as flooded:
        with requests.Session() as session:
            statuses = [session.get(f"{flooded.address}/r/{flooded.tokens[0]}", timeout=20) for _ in range(30)]
            assert [answer.status_code for answer in statuses].count(429) == 10
            assert int(statuses[-1].headers["retry-after"]) >= 1
            guesses = [session.get(f"{flooded.address}/r/guess-{n}", timeout=20).status_code for n in range(8)]
            assert guesses == [404] * 5 + [429] * 3
            secrets = [
                session.post(f"{flooded.address}/organiser", data={"secret": str(n)}, timeout=20).status_code
                for n in range(8)
            ]
            assert secrets == [403] * 5 + [429] * 3
            joins = [
                session.get(f"{flooded.address}/join?PROLIFIC_PID=p{n}", allow_redirects=False, timeout=20).status_code
                for n in range(5)
            ]
            assert joins == [303] * 3 + [429] * 2
        assert flooded.visitor(1).consent().status_code == 200


def _organiser(study: Study) -> requests.Session:
    session = requests.Session()
    session.post(f"{study.address}/organiser", data={"secret": SECRET}, timeout=20)
    return session
