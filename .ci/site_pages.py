"""For MkDocs: pages from files outside docs/, their links put right, and the list of decisions."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "licence.md",
    "data/README.md": "data.md",
    "docs/decisions": "decisions/index.md",
}
"""Where files and folders of the project stand in the site; documents stand where they are in docs/."""

LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|#|mailto:)([^)\s]+)\)")


def on_files(files: Files, config: Any) -> Files:
    """Adds the pages that are made."""
    for source, page in PAGES.items():
        text = _decisions() if source == "docs/decisions" else (ROOT / source).read_text("utf-8")
        text = f"```text\n{text}```\n" if source == "LICENSE" else text
        files.append(File.generated(config, page, content=with_links_of(text, source, page)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Puts the links of documents right, and folds diagrams that a browser would need a script from elsewhere for."""
    path = page.file.src_uri
    if path not in PAGES.values():
        markdown = with_links_of(markdown, f"docs/{path}", path)
    return re.sub(r"```mermaid\n(.*?)```", _folded, markdown, flags=re.DOTALL)


def _folded(diagram: re.Match[str]) -> str:
    lines = "".join(f"    {line}\n" for line in ["```text", *diagram[1].splitlines(), "```"])
    return f'![The lineage in the UI](images/lineage.png)\n\n??? note "Every table, as Mermaid source"\n\n{lines}'


def with_links_of(text: str, source: str, page: str) -> str:
    """The text of `source` with links that hold at `page`; a link to what the site does not have becomes its text."""

    def put_right(link: re.Match[str]) -> str:
        words, (target, hash_, anchor) = link[1], link[2].partition("#")
        project = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        place = PAGES.get(project) or (project.removeprefix("docs/") if project.startswith("docs/") else None)
        if place is None:
            return words
        return f"[{words}]({posixpath.relpath(place, posixpath.dirname(page) or '.')}{hash_}{anchor})"

    return LINK.sub(put_right, text)


def _decisions() -> str:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    titles = [(file.name, file.read_text("utf-8").splitlines()[0].lstrip("# ")) for file in files]
    return "# Decisions\n\n" + "".join(f"- [{title}](decisions/{name})\n" for name, title in titles)
