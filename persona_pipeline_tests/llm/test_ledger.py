import datetime
import multiprocessing
import os
import sqlite3
import time
from pathlib import Path

import pytest

from persona_pipeline.errors import LedgerError
from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.schemas.ops import MODEL_CALLS
from persona_pipeline_tests.llm.asking import many, question, reply_to
from persona_pipeline_tests.postgres import PostgresServer

NOON = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "replies.sqlite"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new ledger can be, for what holds for every store."""
    if request.param == "sqlite":
        return tmp_path / "replies.sqlite"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.emptied()


def record(ledger: Ledger, *pairs: object) -> None:
    ledger.record_many(pairs, endpoint="scripted", asked_by="run-1")  # type: ignore[arg-type]


def test_a_good_reply_comes_back_as_it_was(place: Path | str) -> None:
    asked = question()
    given = reply_to(asked, text="Früh ☀", prompt_tokens=12, completion_tokens=3, latency_s=0.5, attempts=2)
    with Ledger(place) as ledger:
        record(ledger, (asked, given))
    with Ledger(place) as ledger:
        found = ledger.lookup([given.request_hash, "unknown"])
    assert found == {given.request_hash: given}
    assert found[given.request_hash].from_ledger


@pytest.mark.parametrize("status", ["truncated", "filtered", "refused", "empty", "failed"])
def test_what_is_not_a_whole_answer_is_recorded_but_not_given_back(place: Path | str, status: str) -> None:
    asked = question()
    with Ledger(place) as ledger:
        record(ledger, (asked, reply_to(asked, status=status)))
        assert ledger.lookup([asked.content_hash("scripted")]) == {}
        assert [call["status"] for call in ledger.calls()] == [status]


def test_a_good_reply_replaces_a_bad_one_and_is_never_replaced(place: Path | str) -> None:
    asked = question()
    with Ledger(place) as ledger:
        for text, status in (("cut", "truncated"), ("whole", "ok"), ("other", "ok"), (None, "failed")):
            record(ledger, (asked, reply_to(asked, text=text, status=status)))
        [found] = ledger.lookup([asked.content_hash("scripted")]).values()
    assert found.text == "whole"


def test_draws_and_endpoints_are_kept_apart(place: Path | str) -> None:
    first, second = question(draw=0), question(draw=1)
    with Ledger(place) as ledger:
        record(ledger, (first, reply_to(first, text="one")), (second, reply_to(second, text="two")))
        texts = [ledger.lookup([r.content_hash("scripted")])[r.content_hash("scripted")].text for r in (first, second)]
        assert ledger.lookup([first.content_hash("elsewhere")]) == {}
    assert texts == ["one", "two"]


def test_calls_fit_the_table_of_model_calls(place: Path | str) -> None:
    asked = question(row_id="row-7")
    with Ledger(place, clock=lambda: NOON) as ledger:
        record(ledger, (asked, reply_to(asked, prompt_tokens=5)))
        [call] = MODEL_CALLS.frame(ledger.calls()).to_dict("records")
    assert (call["row_id"], call["stage"], call["endpoint"], call["asked_by"]) == (
        "row-7",
        "feedback.base_responses",
        "scripted",
        "run-1",
    )
    assert call["asked_at"] == datetime.datetime(2024, 5, 1, 12)  # noqa: DTZ001  # UTC without a zone, as in DuckDB


def test_a_failing_batch_leaves_nothing_behind(place: Path | str) -> None:
    good, bad = question("a"), question("b")
    with Ledger(place) as ledger:
        with pytest.raises(LedgerError, match="cannot be written"):
            record(ledger, (good, reply_to(good)), (bad, reply_to(bad, text="lone \ud800 surrogate")))
        assert list(ledger.calls()) == []
        record(ledger, (good, reply_to(good)))
        assert len(list(ledger.calls())) == 1


def test_thousands_are_looked_up_in_well_under_a_millisecond_each(place: Path | str) -> None:
    asked = many(5000)
    with Ledger(place) as ledger:
        record(ledger, *((r, reply_to(r, text="word " * 100)) for r in asked))
        hashes = [r.content_hash("scripted") for r in asked]
        began = time.process_time()
        assert len(ledger.lookup(hashes)) == 5000
    most_s = 1e-4 if isinstance(place, Path) else 4e-4  # a driver in Python reads the server's answer
    assert (time.process_time() - began) / 5000 < most_s


def test_a_file_of_something_else_is_refused_and_kept(path: Path) -> None:
    path.write_bytes(b"age,sex\n" * 1000)
    with pytest.raises(LedgerError, match=r"replies\.sqlite.*not a database"):
        Ledger(path)
    assert path.read_bytes() == b"age,sex\n" * 1000


def test_another_programs_database_is_refused_and_kept(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(LedgerError, match="something else"):
        Ledger(path)
    assert [row[0] for row in sqlite3.connect(path).execute("SELECT name FROM sqlite_master")] == ["songs"]


def test_a_newer_layout_is_refused(path: Path) -> None:
    Ledger(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 2")
    with pytest.raises(LedgerError, match="layout 2, newer than this program"):
        Ledger(path)


def test_a_file_from_before_a_column_gets_it_and_keeps_its_replies(path: Path) -> None:
    asked = question()
    with Ledger(path) as ledger:
        record(ledger, (asked, reply_to(asked)))
    with sqlite3.connect(path) as older:
        older.execute("ALTER TABLE replies DROP COLUMN batch")
    with Ledger(path) as ledger:
        ledger.record_many([(question("b"), reply_to(question("b")))], endpoint="e", asked_by="run", batch="batch_1")
        assert sorted((call["batch"] for call in ledger.calls()), key=str) == [None, "batch_1"]


def test_a_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger(tmp_path)


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger(tmp_path / "file" / "replies.sqlite")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger(tmp_path / "replies.sqlite")


def test_a_recording_is_read_and_never_written(place: Path | str) -> None:
    asked = question()
    with Ledger(place) as ledger:
        record(ledger, (asked, reply_to(asked)))
    with Ledger(place, read_only=True) as recording:
        assert len(recording.lookup([asked.content_hash("scripted")])) == 1
        with pytest.raises(LedgerError, match="cannot be written"):
            record(recording, (asked, reply_to(asked)))


def test_a_recording_that_is_not_there_is_refused_and_not_made(path: Path) -> None:
    with pytest.raises(LedgerError, match="no such file"):
        Ledger(path, read_only=True)
    assert not path.exists()


def test_equal_replies_have_equal_digests(tmp_path: Path) -> None:
    asked = many(3)
    digests = []
    for name, order in (("a", asked), ("b", asked[::-1]), ("c", asked[:2])):
        with Ledger(tmp_path / name) as ledger:
            record(ledger, *((r, reply_to(r)) for r in order))
            digests.append(ledger.digest())
    assert digests[0] == digests[1] != digests[2]


def _write(place: Path | str, start: int, begin: object) -> None:
    begin.wait()  # type: ignore[attr-defined]
    with Ledger(place) as ledger:
        for n in range(start, start + 200, 10):
            record(ledger, *((r, reply_to(r)) for r in many(10, n)))


def test_processes_share_a_ledger_from_its_first_moment(place: Path | str) -> None:
    context = multiprocessing.get_context("spawn")
    begin = context.Event()
    writers = [context.Process(target=_write, args=(place, start, begin)) for start in (0, 100, 300)]
    for writer in writers:
        writer.start()
    begin.set()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    with Ledger(place) as ledger:
        assert len(list(ledger.calls())) == 500  # 0–199, 100–299 and 300–499


def test_pruning_takes_what_was_named_and_nothing_else(place: Path | str) -> None:
    asked = many(6)
    with Ledger(place) as ledger:
        answered = [(one, reply_to(one, status="failed" if n < 2 else "ok")) for n, one in enumerate(asked)]
        ledger.record_many(answered, endpoint="scripted", asked_by="run")
        assert [(row[2], row[3]) for row in ledger.summary()] == [("failed", 2), ("ok", 4)]
        assert ledger.count({"status": "failed", "model": "another"}) == 0
        assert ledger.count({"status": "failed"}) == ledger.prune({"status": "failed"}) == 2
        assert len(list(ledger.calls())) == 4


def test_sums_are_plain_numbers_in_every_store(place: Path | str) -> None:
    asked = many(3)
    with Ledger(place) as ledger:
        record(ledger, *((one, reply_to(one, prompt_tokens=10, completion_tokens=n)) for n, one in enumerate(asked)))
        assert ledger.spent("run-1") == {"sim-a": (30, 3)}
        assert ledger.spent("another") == {}
        assert [row[3:6] for row in ledger.summary()] == [(3, 30, 3)]
        assert [row[2:] for row in ledger.answer_lengths()] == [(0, 3, 1.0)]  # 0, 1 and 2 tokens
        assert ledger.endpoints() == ["scripted"]
        assert not ledger.any_simulated()


def test_equal_replies_have_equal_digests_in_a_file_and_in_a_database(path: Path, postgres: PostgresServer) -> None:
    asked = many(20)
    digests = set()
    for place in (path, postgres.emptied()):
        with Ledger(place) as ledger:
            record(ledger, *((one, reply_to(one, text=f"Früh {n}")) for n, one in enumerate(asked)))
            digests.add(ledger.digest())
    assert len(digests) == 1


def test_a_request_twice_in_one_batch_counts_once(place: Path | str) -> None:
    asked = question()
    with Ledger(place) as ledger:
        record(ledger, (asked, reply_to(asked, text=None, status="failed")), (asked, reply_to(asked, text="then")))
        [found] = ledger.lookup([asked.content_hash("scripted")]).values()
    assert found.text == "then"


def _write_until_killed(place: Path | str, told: object) -> None:
    with Ledger(place) as ledger:
        for n in range(10**6):
            record(ledger, *((one, reply_to(one)) for one in many(10, 10 * n)))
            told.value = n + 1  # type: ignore[attr-defined]


def test_a_kill_leaves_whole_batches(place: Path | str) -> None:
    context = multiprocessing.get_context("spawn")
    told = context.Value("i", 0)
    writer = context.Process(target=_write_until_killed, args=(place, told))
    writer.start()
    deadline = time.monotonic() + 120
    while told.value < 3 and time.monotonic() < deadline:
        time.sleep(0.005)
    writer.kill()
    writer.join(30)
    with Ledger(place) as ledger:
        kept = len(list(ledger.calls()))
        assert kept % 10 == 0
        assert 10 * told.value <= kept <= 10 * (told.value + 1)  # what was told of is kept; one more may be
        record(ledger, (question("again"), reply_to(question("again"))))  # and nobody is locked out


def test_nothing_that_is_said_of_a_postgres_ledger_shows_its_password(postgres: PostgresServer) -> None:
    with Ledger(postgres.emptied()) as ledger:
        assert postgres.password not in ledger.place + repr(vars(ledger)["_store"].place)
        with pytest.raises(LedgerError) as caught:
            ledger._rows("SELECT nonsense FROM nowhere")
    assert "***" in str(caught.value)
    assert postgres.password not in str(caught.value)
    for wrong in (
        postgres.address.replace(postgres.password, "wr0ng-canary"),
        "postgresql://u:wr0ng-canary@127.0.0.1:9/d",
    ):
        with pytest.raises(LedgerError, match="cannot be opened") as caught:
            Ledger(wrong)
        assert "wr0ng-canary" not in str(caught.value)


def test_another_programs_table_is_refused(postgres: PostgresServer) -> None:
    postgres.emptied()
    postgres.run("CREATE TABLE replies (song TEXT)")
    with pytest.raises(LedgerError, match="something else's"):
        Ledger(postgres.address)
    postgres.emptied()


def test_the_character_null_is_kept_as_the_replacement_character(postgres: PostgresServer) -> None:
    asked = question()
    with Ledger(postgres.emptied()) as ledger:
        record(ledger, (asked, reply_to(asked, text="a\x00b")))
        [found] = ledger.lookup([asked.content_hash("scripted")]).values()
    assert found.text == "a\ufffdb"
