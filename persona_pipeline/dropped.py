"""Files that people drop into a folder."""

from pathlib import Path

UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".swp", "~")


def dropped_in(path: Path) -> list[Path]:
    """The files of a folder by name, without hidden ones and those still being copied; a file is just itself."""
    if not path.is_dir():
        return [path]
    return sorted(
        each
        for each in path.iterdir()
        if each.is_file() and not each.name.startswith(".") and not each.name.endswith(UNFINISHED)
    )
