import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from persona_pipeline.census.fetch import fetch
from persona_pipeline.census.sources import locate
from persona_pipeline.errors import FetchError
from persona_pipeline.progress import observed_by
from persona_pipeline_tests.census.extracts import V2018, persons_zip, row


class Server(ThreadingHTTPServer):
    """Answers each path with the next of its scripted (status, content type, body, bytes announced)."""

    def __init__(self, script):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.asked = script, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/2018/1-Year"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.rsplit("/", 1)[1]
        self.server.asked.append(name)
        answers = self.server.script.get(name, [(404, "text/html", b"no", None)])
        status, kind, body, announced = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def serve(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = []

    def start(**script):
        server = Server({f"{name}.zip": answers for name, answers in script.items()})
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def a_zip(tmp_path):
    return persons_zip(tmp_path, [row()]).read_bytes()


def good(body):
    return (200, "application/zip", body, None)


def no_wait(_):
    return None


def files_in(folder):
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def test_a_file_is_fetched_once_and_then_taken_from_the_cache(serve, a_zip, tmp_path):
    server = serve(csv_pwy=[good(a_zip)])
    first = fetch(server.url, "csv_pwy.zip", tmp_path / "cache")
    second = fetch(server.url, "csv_pwy.zip", tmp_path / "cache")
    assert first == second
    assert first.read_bytes() == a_zip
    assert server.asked == ["csv_pwy.zip"]


def test_locate_fetches_persons_and_takes_absent_households_as_none(serve, a_zip, tmp_path):
    server = serve(csv_pwy=[good(a_zip)])
    found = locate(server.url, V2018, ["WY"], tmp_path / "cache")
    assert [p.name for p in found.person_zips] == ["csv_pwy.zip"]
    assert found.household_zips == ()
    assert server.asked == ["csv_pwy.zip", "csv_hwy.zip"]


def test_a_busy_server_is_asked_again_after_growing_waits(serve, a_zip, tmp_path):
    busy = (503, "text/html", b"busy", None)
    server, waits = serve(csv_pwy=[busy, (429, "text/html", b"", None), good(a_zip)]), []
    assert fetch(server.url, "csv_pwy.zip", tmp_path / "cache", wait=waits.append).read_bytes() == a_zip
    assert waits == [0.5, 1.0]


def test_a_transfer_that_breaks_off_is_tried_again(serve, a_zip, tmp_path):
    server = serve(csv_pwy=[(200, "application/zip", a_zip[:100], len(a_zip)), good(a_zip)])
    assert fetch(server.url, "csv_pwy.zip", tmp_path / "cache", wait=no_wait).read_bytes() == a_zip


def test_transfers_that_always_break_off_leave_nothing(serve, a_zip, tmp_path):
    server = serve(csv_pwy=[(200, "application/zip", a_zip[:100], len(a_zip))])
    with pytest.raises(FetchError, match=r"csv_pwy.zip: the server could not be reached or broke off .*, 4 times"):
        fetch(server.url, "csv_pwy.zip", tmp_path / "cache", wait=no_wait)
    assert [name for name in files_in(tmp_path / "cache") if name.endswith(".zip")] == []


def test_a_missing_file_is_named_and_not_asked_again(serve, tmp_path):
    server = serve()
    with pytest.raises(FetchError, match=r"csv_pwy.zip: the server answered 404 Not Found; expected a Census zip"):
        fetch(server.url, "csv_pwy.zip", tmp_path / "cache", wait=no_wait)
    assert server.asked == ["csv_pwy.zip"]


def test_a_web_page_is_no_zip(serve, tmp_path):
    server = serve(csv_pwy=[(200, "text/html; charset=utf-8", b"<html>", None)])
    with pytest.raises(FetchError, match=r"the server sent text/html; charset=utf-8; expected application/zip"):
        fetch(server.url, "csv_pwy.zip", tmp_path / "cache", wait=no_wait)


def test_half_a_zip_sent_as_a_whole_one_is_refused_and_not_kept(serve, a_zip, tmp_path):
    server = serve(csv_pwy=[good(a_zip[:100])])
    with pytest.raises(FetchError, match=r"it is no whole zip file .*; expected a whole Census zip"):
        fetch(server.url, "csv_pwy.zip", tmp_path / "cache", wait=no_wait)
    assert files_in(tmp_path / "cache") == ["csv_pwy.zip.lock"]


def test_an_unreachable_server_is_named(tmp_path, serve):
    server = serve()
    url = server.url
    server.shutdown()
    server.server_close()
    with pytest.raises(FetchError, match=r"could not be reached or broke off \(ConnectionError\), 4 times"):
        fetch(url, "csv_pwy.zip", tmp_path / "cache", wait=no_wait)


def test_a_cache_that_cannot_be_written_is_named(serve, a_zip, tmp_path):
    server = serve(csv_pwy=[good(a_zip)])
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(FetchError, match=r"it cannot be stored: .* Free some space or choose another cache folder"):
        fetch(server.url, "csv_pwy.zip", tmp_path / "cache", wait=no_wait)


def test_two_servers_do_not_share_cached_files(serve, a_zip, tmp_path):
    one, two = serve(csv_pwy=[good(a_zip)]), serve(csv_pwy=[good(a_zip)])
    assert fetch(one.url, "csv_pwy.zip", tmp_path / "c") != fetch(two.url, "csv_pwy.zip", tmp_path / "c")


class Ranged(ThreadingHTTPServer):
    """One file, sent from where it is asked for; a request breaks off after the next of `cuts` bytes."""

    def __init__(self, body, cuts=(), etag='"one"', honours_range=True):
        super().__init__(("127.0.0.1", 0), RangedHandler)
        self.body, self.cuts, self.etag, self.honours_range = body, list(cuts), etag, honours_range
        self.asked = []

    url = Server.url


class RangedHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, given = self.server, self.headers.get("Range")
        server.asked.append((given, self.headers.get("If-Range")))
        start = self.start(given)
        body = server.body[start:]
        if given and start >= len(server.body):
            self.send_response(416)
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "application/zip")
        self.send_header("ETag", server.etag)
        self.send_header("Content-Length", str(len(body)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(server.body) - 1}/{len(server.body)}")
        self.end_headers()
        self.wfile.write(body[: server.cuts.pop(0)] if server.cuts else body)

    def start(self, given):
        same = self.headers.get("If-Range") in (None, self.server.etag)
        return int(given[6:-1]) if given and same and self.server.honours_range else 0

    def log_message(self, *_):
        pass


@pytest.fixture
def ranged(monkeypatch):
    monkeypatch.setattr("persona_pipeline.census.fetch.PIECE", 10)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = []

    def start(body, **how):
        server = Ranged(body, **how)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_transfer_that_broke_off_is_continued_where_it_did(ranged, a_zip, tmp_path):
    server, heard = ranged(a_zip, cuts=[100, 50]), []
    with observed_by(heard.append):
        assert fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=no_wait).read_bytes() == a_zip
    assert server.asked == [(None, None), ("bytes=100-", '"one"'), ("bytes=150-", '"one"')]
    last = heard[-1]
    assert (last.task, last.done, last.total) == ("census: fetching csv_pwy.zip", len(a_zip), len(a_zip))
    assert last.note == "continued at 150"


def test_attempts_that_bring_something_are_not_counted(ranged, a_zip, tmp_path):
    server = ranged(a_zip, cuts=[20] * 12)
    assert fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=no_wait).read_bytes() == a_zip
    assert len(server.asked) == 13


def test_a_later_call_continues_what_an_earlier_one_began(ranged, a_zip, tmp_path):
    server = ranged(a_zip, cuts=[100, 0, 0, 0, 0])
    with pytest.raises(FetchError, match=r"4 times; .* Try again later; what was fetched already is kept"):
        fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=no_wait)
    assert fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=no_wait).read_bytes() == a_zip
    assert server.asked[-1] == ("bytes=100-", '"one"')


def test_a_server_that_does_not_know_ranges_sends_everything_again(ranged, a_zip, tmp_path):
    server = ranged(a_zip, cuts=[100], honours_range=False)
    assert fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=no_wait).read_bytes() == a_zip


def test_a_part_of_a_file_that_changed_meanwhile_is_not_continued(ranged, a_zip, tmp_path):
    server = ranged(b"x" * 500, cuts=[300])

    def replaced(_):
        server.body, server.etag = a_zip, '"two"'

    assert fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=replaced).read_bytes() == a_zip


def test_a_part_that_is_longer_than_the_file_now_is_thrown_away(ranged, a_zip, tmp_path):
    server = ranged(a_zip + b"x" * 5000, cuts=[len(a_zip) + 4000], etag="")

    def replaced(_):
        server.body = a_zip

    assert fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=replaced).read_bytes() == a_zip


def test_a_cached_file_that_was_changed_is_fetched_again(serve, a_zip, tmp_path):
    server = serve(csv_pwy=[good(a_zip)])
    path = fetch(server.url, "csv_pwy.zip", tmp_path / "cache")
    path.write_bytes(a_zip[:-1] + b"x")
    assert fetch(server.url, "csv_pwy.zip", tmp_path / "cache").read_bytes() == a_zip
    assert len(server.asked) == 2


def test_a_cached_file_is_kept_with_its_checksum(serve, a_zip, tmp_path):
    path = fetch(serve(csv_pwy=[good(a_zip)]).url, "csv_pwy.zip", tmp_path / "cache")
    note = json.loads(path.with_name("csv_pwy.zip.json").read_text())
    assert (note["sha256"], note["size"]) == (hashlib.sha256(a_zip).hexdigest(), len(a_zip))


def test_one_bad_state_does_not_cost_the_others_and_is_named_at_the_end(serve, a_zip, tmp_path):
    half = (200, "application/zip", a_zip[:100], None)
    server = serve(csv_pwy=[good(a_zip)], csv_pri=[half], csv_pvt=[good(a_zip)])
    with pytest.raises(FetchError) as caught:
        locate(server.url, V2018, ["wy", "ri", "tx", "vt"], tmp_path / "cache")
    assert "2 of 4 states could not be fetched: ri: it is no whole zip file" in str(caught.value)
    assert "tx: the server answered 404" in str(caught.value)
    assert "leave out ri, tx" in str(caught.value)
    assert [n for n in files_in(tmp_path / "cache") if n.endswith(".zip")] == ["csv_pvt.zip", "csv_pwy.zip"]
    assert len(locate(server.url, V2018, ["wy", "vt"], tmp_path / "cache").person_zips) == 2
    assert server.asked.count("csv_pwy.zip") == 1


def test_a_server_that_says_when_to_come_back_is_obeyed(ranged, a_zip, tmp_path, monkeypatch):
    server, waits, send = ranged(a_zip), [], RangedHandler.do_GET

    def busy_once(handler):
        if len(waits):
            return send(handler)
        handler.send_response(503)
        handler.send_header("Retry-After", "7")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return None

    monkeypatch.setattr(RangedHandler, "do_GET", busy_once)
    fetch(server.url, "csv_pwy.zip", tmp_path / "c", wait=waits.append)
    assert waits == [7.0]
