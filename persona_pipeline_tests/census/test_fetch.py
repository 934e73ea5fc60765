import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from persona_pipeline.census.fetch import fetch
from persona_pipeline.census.sources import locate
from persona_pipeline.errors import FetchError
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
    assert files_in(tmp_path / "cache") == []


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
    assert files_in(tmp_path / "cache") == []


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
