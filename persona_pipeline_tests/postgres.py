"""A real PostgreSQL for tests: a server of their own in a temporary folder, on loopback, where it is installed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

PASSWORD = "canary-pass/word"  # with a character that an address must quote
QUOTED = "canary-pass%2Fword"


@dataclass(frozen=True)
class PostgresServer:
    """A running server.

    Args:
        address: of an empty database, with its password.
    """

    address: str
    password: str = QUOTED

    def run(self, statement: str) -> None:
        import pg8000.dbapi

        parts = urlsplit(self.address)
        connection = pg8000.dbapi.connect(
            user=parts.username, password=PASSWORD, host=parts.hostname, port=parts.port, database="postgres"
        )
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()

    def emptied(self) -> str:
        """The address, with no ledger there."""
        self.run("DROP TABLE IF EXISTS replies")
        return self.address


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Starts a server and ends it; skips the test where that cannot be."""
    pytest.importorskip("pg8000", reason="needs the extra postgres: pip install 'persona-pipeline[postgres]'")
    programs, user = _programs(), _user()
    home = Path(tempfile.mkdtemp(prefix="persona-postgres-"))
    try:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (home / "password").write_text(PASSWORD, "utf-8")
        for path in (home, home / "password"):
            os.chown(path, user.pw_uid, user.pw_gid)
        who = _as(user, home)
        made = [*("--pgdata", str(home / "data"), "--username", "persona", "--auth", "scram-sha-256", "--no-sync")]
        made += ["--pwfile", str(home / "password"), "--encoding", "UTF8", "--locale", "C"]
        subprocess.run([programs / "initdb", *made], check=True, capture_output=True, timeout=180, **who)
        options = [*("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off")]
        command = [programs / "postgres", "-D", str(home / "data"), "-p", str(port), *options]
        with open(home / "log", "wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, **who)
        try:
            _until_it_answers(port, home / "log")
            yield PostgresServer(f"postgresql://persona:{QUOTED}@127.0.0.1:{port}/postgres")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path:
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("there is no PostgreSQL server here (Debian: apt-get install postgresql)")


def _user() -> pwd.struct_passwd:
    """Who runs the server: whoever runs the tests, but never root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return known[name]
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _as(user: pwd.struct_passwd, home: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {"cwd": home}
    return {"cwd": home, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _until_it_answers(port: int, log: Path) -> None:
    import pg8000.dbapi

    deadline = time.monotonic() + 90
    while True:
        try:
            pg8000.dbapi.connect(
                user="persona", password=PASSWORD, host="127.0.0.1", port=port, database="postgres"
            ).close()
        except (pg8000.dbapi.Error, OSError):
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.1)
        else:
            return
