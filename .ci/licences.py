"""Checks that everything a run needs has a permissive licence: python .ci/licences.py [LOCK]; exit code 1 otherwise.

Packages of other platforms are not installed and not looked at.
"""

import importlib.metadata
import re
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements" / "run.lock"
ALLOWED = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|HPND|Zlib|Unlicense|MPL|Mozilla|CC0)",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General Public|SSPL|BUSL|Commons Clause|Proprietary)", re.IGNORECASE)


def locked(lock: Path) -> list[str]:
    """The names of the packages in a lock file, without those that this platform does not install."""
    found = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", lock.read_text("utf-8"), re.MULTILINE)
    return sorted(set(found))


def licence_of(name: str) -> str | None:
    """What the installed package says of its licence; None when it is not installed."""
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    kinds = [line.split(" :: ")[-1] for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    first_line = (told.get("License") or "").strip().splitlines()[:1]
    return " / ".join(part for part in [told.get("License-Expression") or "", *kinds, *first_line] if part)


def problem_with(name: str, licence: str) -> str:
    """Why a licence will not do; empty when it does. Of a choice (A OR B), one that will do is enough.

    MPL is allowed: it asks for changes to its own files only, and we change none (certifi, pathspec, tqdm).
    """
    choices = re.split(r"\s+OR\s+", licence)
    if any(ALLOWED.search(choice) and not REFUSED.search(choice) for choice in choices):
        return ""
    return f"{name}: {licence or 'says nothing of its licence'}"


def main(lock: Path) -> int:
    licences = {name: licence_of(name) for name in locked(lock)}
    here = {name: licence for name, licence in licences.items() if licence is not None}
    problems = [line for line in (problem_with(name, licence) for name, licence in here.items()) if line]
    for line in problems:
        print(line)
    print(f"licences: {len(here)} packages of {lock.name} looked at, {len(problems)} not permissive or not clear")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else LOCK))
