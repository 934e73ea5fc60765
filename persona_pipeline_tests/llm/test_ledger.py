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

NOON = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "replies.sqlite"


def record(ledger: Ledger, *pairs: object) -> None:
    ledger.record_many(pairs, endpoint="scripted", asked_by="run-1")  # type: ignore[arg-type]


def test_a_good_reply_comes_back_as_it_was(path: Path) -> None:
    asked = question()
    given = reply_to(asked, text="Früh ☀", prompt_tokens=12, completion_tokens=3, latency_s=0.5, attempts=2)
    with Ledger(path) as ledger:
        record(ledger, (asked, given))
    with Ledger(path) as ledger:
        found = ledger.lookup([given.request_hash, "unknown"])
    assert found == {given.request_hash: given}
    assert found[given.request_hash].from_ledger


@pytest.mark.parametrize("status", ["truncated", "filtered", "refused", "empty", "failed"])
def test_what_is_not_a_whole_answer_is_recorded_but_not_given_back(path: Path, status: str) -> None:
    asked = question()
    with Ledger(path) as ledger:
        record(ledger, (asked, reply_to(asked, status=status)))
        assert ledger.lookup([asked.content_hash("scripted")]) == {}
        assert [call["status"] for call in ledger.calls()] == [status]


def test_a_good_reply_replaces_a_bad_one_and_is_never_replaced(path: Path) -> None:
    asked = question()
    with Ledger(path) as ledger:
        for text, status in (("cut", "truncated"), ("whole", "ok"), ("other", "ok"), (None, "failed")):
            record(ledger, (asked, reply_to(asked, text=text, status=status)))
        [found] = ledger.lookup([asked.content_hash("scripted")]).values()
    assert found.text == "whole"


def test_draws_and_endpoints_are_kept_apart(path: Path) -> None:
    first, second = question(draw=0), question(draw=1)
    with Ledger(path) as ledger:
        record(ledger, (first, reply_to(first, text="one")), (second, reply_to(second, text="two")))
        texts = [ledger.lookup([r.content_hash("scripted")])[r.content_hash("scripted")].text for r in (first, second)]
        assert ledger.lookup([first.content_hash("elsewhere")]) == {}
    assert texts == ["one", "two"]


def test_calls_fit_the_table_of_model_calls(path: Path) -> None:
    asked = question(row_id="row-7")
    with Ledger(path, clock=lambda: NOON) as ledger:
        record(ledger, (asked, reply_to(asked, prompt_tokens=5)))
        [call] = MODEL_CALLS.frame(ledger.calls()).to_dict("records")
    assert (call["row_id"], call["stage"], call["endpoint"], call["asked_by"]) == (
        "row-7",
        "feedback.base_responses",
        "scripted",
        "run-1",
    )
    assert call["asked_at"] == datetime.datetime(2024, 5, 1, 12)  # noqa: DTZ001  # UTC without a zone, as in DuckDB


def test_a_failing_batch_leaves_nothing_behind(path: Path) -> None:
    good, bad = question("a"), question("b")
    with Ledger(path) as ledger:
        with pytest.raises(LedgerError, match="cannot be written"):
            record(ledger, (good, reply_to(good)), (bad, reply_to(bad, text="lone \ud800 surrogate")))
        assert list(ledger.calls()) == []
        record(ledger, (good, reply_to(good)))
        assert len(list(ledger.calls())) == 1


def test_thousands_are_looked_up_in_well_under_a_tenth_of_a_millisecond_each(path: Path) -> None:
    asked = many(5000)
    with Ledger(path) as ledger:
        record(ledger, *((r, reply_to(r, text="word " * 100)) for r in asked))
        hashes = [r.content_hash("scripted") for r in asked]
        began = time.process_time()
        assert len(ledger.lookup(hashes)) == 5000
    assert (time.process_time() - began) / 5000 < 1e-4


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


def test_a_recording_is_read_and_never_written(path: Path) -> None:
    asked = question()
    with Ledger(path) as ledger:
        record(ledger, (asked, reply_to(asked)))
    with Ledger(path, read_only=True) as recording:
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


def _write(path: Path, start: int, begin: object) -> None:
    begin.wait()  # type: ignore[attr-defined]
    with Ledger(path) as ledger:
        for n in range(start, start + 200, 10):
            record(ledger, *((r, reply_to(r)) for r in many(10, n)))


def test_processes_share_a_ledger_from_its_first_moment(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    begin = context.Event()
    writers = [context.Process(target=_write, args=(path, start, begin)) for start in (0, 100, 300)]
    for writer in writers:
        writer.start()
    begin.set()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    with Ledger(path) as ledger:
        assert len(list(ledger.calls())) == 500  # 0–199, 100–299 and 300–499


def test_pruning_takes_what_was_named_and_nothing_else(tmp_path: Path) -> None:
    asked = many(6)
    with Ledger(tmp_path / "pruned.sqlite") as ledger:
        answered = [(one, reply_to(one, status="failed" if n < 2 else "ok")) for n, one in enumerate(asked)]
        ledger.record_many(answered, endpoint="scripted", asked_by="run")
        assert [(row[2], row[3]) for row in ledger.summary()] == [("failed", 2), ("ok", 4)]
        assert ledger.count({"status": "failed", "model": "another"}) == 0
        assert ledger.count({"status": "failed"}) == ledger.prune({"status": "failed"}) == 2
        assert len(list(ledger.calls())) == 4
