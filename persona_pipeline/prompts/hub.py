"""One file of a Hugging Face dataset, at a commit: fetched once, kept by content, read again without a network."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from persona_pipeline.errors import ConfigError, FetchError

PREFIX = "hub:"
FORM = "hub:OWNER/NAME@REVISION:FILE, such as hub:HannahRoseKirk/prism-alignment@<commit>:conversations.jsonl"
COMMIT = re.compile(r"[0-9a-f]{40}")
TIMEOUT_S = 10.0
NAMED = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)@(?P<revision>[^:]+):(?P<file>.+)")


@dataclass(frozen=True)
class HubFile:
    """A file of a dataset repository, as a run names it.

    Args:
        revision: a full commit hash; or a branch or tag, of which the commit is recorded.
    """

    repo: str
    revision: str
    file: str

    @classmethod
    def parse(cls, text: str) -> "HubFile":
        """From `hub:OWNER/NAME@REVISION:FILE`; anything else raises ConfigError."""
        found = NAMED.fullmatch(text.removeprefix(PREFIX))
        if found is None or not found["file"].strip("/") or ".." in found["file"].split("/"):
            raise ConfigError(
                "the hub's file is not named whole",
                where=text,
                expected=FORM,
                fix="A full commit hash (40 characters) as REVISION gives the same prompts for ever.",
            )
        return cls(found["repo"], found["revision"], found["file"])

    @property
    def pinned(self) -> bool:
        return COMMIT.fullmatch(self.revision) is not None

    def __str__(self) -> str:
        return f"{PREFIX}{self.repo}@{self.revision}:{self.file}"


@dataclass(frozen=True)
class Fetched:
    """A file in the cache, and the commit it is of: `origin` says it whole."""

    path: Path
    origin: str
    commit: str


def fetch(wanted: HubFile, *, cache: Path, token: str | None = None, endpoint: str | None = None) -> Fetched:
    """The file at its commit, from the cache where it is there, else from the hub.

    A pinned file in the cache needs no network. A branch or tag is looked up each time; when the hub cannot be
    reached, the commit that it was last time is taken.

    Args:
        token: for gated and private repositories; None asks as nobody, whatever this machine has stored.
        endpoint: another hub's address; None: Hugging Face's.

    Raises FetchError when there is no such repository, revision or file, access is refused, or nothing answers.
    """
    hub = _library()
    place = {"repo_id": wanted.repo, "filename": wanted.file, "repo_type": "dataset", "cache_dir": cache / "hub"}
    if wanted.pinned:
        found = hub.try_to_load_from_cache(**place, revision=wanted.revision)
        if isinstance(found, str):
            return _fetched(wanted, Path(found))
    try:
        reached = _reached(hub, wanted, token, endpoint)
        found = hub.hf_hub_download(
            **place,
            revision=wanted.revision,
            token=token or False,
            endpoint=endpoint,
            etag_timeout=TIMEOUT_S,
            local_files_only=not reached,
        )
    except Exception as exc:
        _refuse(wanted, exc, hub.errors, endpoint, token)
    return _fetched(wanted, Path(found))


def _reached(hub: Any, wanted: HubFile, token: str | None, endpoint: str | None) -> bool:
    """Whether the hub answers and has the file; asked once, as the library tries for minutes. A refusal is raised."""
    url = hub.hf_hub_url(wanted.repo, wanted.file, repo_type="dataset", revision=wanted.revision, endpoint=endpoint)
    try:
        hub.get_hf_file_metadata(url, token=token or False, timeout=TIMEOUT_S, endpoint=endpoint)
    except Exception as exc:
        if _is_silence(exc):
            return False
        raise
    return True


def _is_silence(exc: Exception) -> bool:
    """Whether nobody answered, as against an answer that says no."""
    of_the_connection = type(exc).__module__.split(".")[0] in ("httpx2", "httpcore2") or isinstance(exc, OSError)
    return of_the_connection and getattr(exc, "response", None) is None


def _fetched(wanted: HubFile, path: Path) -> Fetched:
    """Where the library keeps it says the commit: …/snapshots/<commit>/<file>."""
    commit = path.parts[path.parts.index("snapshots") + 1]
    return Fetched(path, str(HubFile(wanted.repo, commit, wanted.file)), commit)


def _library() -> Any:
    """huggingface_hub; ConfigError says how to install it."""
    try:
        import huggingface_hub
        import huggingface_hub.errors
    except ImportError as exc:
        raise ConfigError(
            "the package huggingface_hub is not installed",
            where="prompts from the Hugging Face hub",
            fix=f"{Path(sys.executable).name} -m pip install 'persona-pipeline[hub]'",
        ) from exc
    return huggingface_hub


def _refuse(wanted: HubFile, exc: Exception, errors: Any, endpoint: str | None, token: str | None) -> NoReturn:
    """What a failed download means, as one error of ours; an error of another kind goes on as it is.

    The library's error quotes what the hub said. Where that holds the token, it is no cause of ours: causes are logged.
    """
    cause = None if token and token in str(exc) else exc
    for kind, what, fix in _meanings(errors):
        if isinstance(exc, kind):
            raise FetchError(what, where=str(wanted), expected=FORM, fix=fix) from cause
    status = getattr(getattr(exc, "response", None), "status_code", None)
    if status is not None:
        what = f"the hub answered {status}"
    elif _is_silence(exc):
        what = f"the hub cannot be reached ({type(exc).__name__})"
    else:
        raise exc
    where = f"{wanted} at {endpoint}" if endpoint else str(wanted)
    raise FetchError(
        what, where=where, fix="Try again later; a file that was fetched before is taken as it is."
    ) from cause


def _meanings(errors: Any) -> list[tuple[type[Exception], str, str]]:
    """The library's errors, the most special first: what each says of the request, and what to do."""
    access = "Ask for access on the repository's page, and set HF_TOKEN to a token that may read it."
    return [
        (errors.GatedRepoError, "the repository is gated, and access was not granted", access),
        (
            errors.RepositoryNotFoundError,
            "there is no such repository, or it is not for everybody to see",
            "Check OWNER/NAME; for a private one set HF_TOKEN to a valid token that may read it.",
        ),
        (errors.RevisionNotFoundError, "the repository has no such revision", "Take a commit from its history."),
        (
            errors.LocalEntryNotFoundError,
            "the hub cannot be reached, and the file is not in the cache",
            "Check the network and the proxy settings, or read a file of your own.",
        ),
        (errors.EntryNotFoundError, "the repository has no such file", "Check FILE against the repository's list."),
    ]
