"""Known vulnerabilities of what is locked, by pip-audit; without a network it says so and ends well."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
NO_NETWORK = re.compile(r"Connection|ServiceError|timed out|Max retries|Name or service|proxy|resolve", re.IGNORECASE)
OPTIONS = ("--require-hashes", "--no-deps", "--disable-pip", "--progress-spinner", "off", "--timeout", "10")


def outcome(code: int, said: str) -> tuple[int, str]:
    """The exit code, and a line that says why, for what pip-audit did."""
    if code == 0:
        return 0, "pip-audit: no known vulnerability"
    if "No module named pip_audit" in said:
        return 0, "pip-audit: skipped, it is not installed (pip install pip-audit)"
    if re.search(r"Found \d+ known vulnerabilit", said):
        return 1, f"pip-audit: {said.strip()}"
    if NO_NETWORK.search(said):
        return 0, "pip-audit: skipped, its database of vulnerabilities cannot be reached from here"
    return 1, f"pip-audit: {said.strip()}"


def main() -> int:
    worst = 0
    for lock in ("run.lock", "dev.lock"):
        command = [sys.executable, "-m", "pip_audit", *OPTIONS, "-r", str(ROOT / "requirements" / lock)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        code, line = outcome(done.returncode, done.stdout + done.stderr)
        print(f"{lock}: {line}")
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main())
