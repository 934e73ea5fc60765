"""Uploading a dataset folder to the Hugging Face hub (extra `hub`)."""

from collections.abc import Callable
from pathlib import Path

from persona_pipeline.errors import ConfigError, InputError


def ready_to_push(
    repository: str, token: str | None, *, is_dataset: bool, endpoint: str | None = None
) -> Callable[[Path], str]:
    """What uploads a folder and gives its address; whatever is missing for it is said before anything is written.

    The repository is made, private, when it does not exist.

    Args:
        endpoint: another hub's address than Hugging Face's.
    """
    if not is_dataset:
        raise ConfigError("only a dataset folder can be pushed", where="--push", fix="Use --format hf.")
    if not token:
        raise ConfigError("there is no token", where="--push", expected="a write token in HF_TOKEN")
    try:
        from httpx2 import HTTPError  # what huggingface_hub speaks HTTP with
        from huggingface_hub import HfApi
    except ImportError as exc:
        raise ConfigError(
            "huggingface_hub is not installed", where="--push", fix="pip install 'persona-pipeline[hub]'"
        ) from exc

    def upload(folder: Path) -> str:
        api = HfApi(endpoint=endpoint, token=token)
        try:
            api.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
            return str(api.upload_folder(folder_path=folder, repo_id=repository, repo_type="dataset"))
        except (HTTPError, OSError, ValueError) as exc:
            problem = f"{type(exc).__name__}: {exc}".replace(token, "[token]")
        raise InputError(f"the hub refused: {problem}", where=repository, fix="The folder is written; push it again.")

    return upload
