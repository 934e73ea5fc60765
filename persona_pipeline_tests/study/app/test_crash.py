"""The server is killed while raters send: what it said was stored is there, once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from persona_pipeline.study.app.store import Store
from persona_pipeline_tests.study.browsing import serving
from persona_pipeline_tests.study.designs import small
from persona_pipeline_tests.study.served import Visitor, hidden, made

RATERS = 8


def changes_its_mind(rater: Visitor, acknowledged: list[str], done: threading.Event) -> None:
    """Answers the first item again and again, each time otherwise, and notes what was acknowledged."""
    rater.consent()
    number = 0
    while not done.is_set():
        number += 1
        reason = f"{rater.link[-6:]} says so for the time number {number}"
        try:
            page = rater.get("/item/1").text
            fields = {name: hidden(page, name) for name in ("form", "seen")}
            answer = rater.post("/item/1", **fields, choice="A", reason=reason)
        except requests.RequestException:
            return
        if answer.status_code == 303:
            acknowledged.append(reason)


def test_what_was_acknowledged_outlives_a_kill(tmp_path):
    path = tmp_path / "s.sqlite"
    store, tokens = made(path, small(RATERS // 2), invited=RATERS)
    store.close()
    acknowledged: list[str] = []
    done = threading.Event()
    with serving(path) as server, ThreadPoolExecutor(RATERS) as pool:
        visitors = [Visitor(f"{server.address}/r/{token}", follows=False) for token in tokens]
        running = [pool.submit(changes_its_mind, visitor, acknowledged, done) for visitor in visitors]
        deadline = time.monotonic() + 30
        while len(acknowledged) < 24 and time.monotonic() < deadline:
            time.sleep(0.01)
        server.kill()
        done.set()
        for each in running:
            each.result()
    reopened = Store.open(path)
    with reopened.reading() as db:
        stored = [row["reason"] for row in db.execute("SELECT reason FROM answers")]
        assert [tuple(row) for row in db.execute("PRAGMA integrity_check")] == [("ok",)]
    reopened.close()
    assert len(acknowledged) >= 24
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored)) <= len(acknowledged) + RATERS  # one each may have been under way
