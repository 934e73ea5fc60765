"""Prompt templates: text files with a version made from their content, filled in without interpreting what goes in.

A template is `<folder>/<name>.md`. It starts with a line `Task: <kind>` and has the sections `## system` and `## user`;
`$name` stands for a value. Values come from people and models: they are data, so each stands inside a pair of tags
(`<question>…</question>`) that nothing inside it can close.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template as Placeholders

from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.chat import Message
from persona_pipeline.seeds import content_hash

TAGS = (
    "answer",
    "answer_a",
    "answer_b",
    "critique",
    "cues",
    "examples",
    "persona",
    "prompt",
    "question",
    "summary",
    "terms",
)
"""Every tag that a template of the package uses; a test compares."""

_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that take no room where they are shown."""

_GAP = rf"[\s{_UNSEEN}]{{0,20}}"
_WIDE = 0xFEE0  # from "a" to its full-width twin
_NAMES = "|".join(
    f"[{_UNSEEN}]*".join(letter if letter == "_" else f"[{letter}{chr(ord(letter) + _WIDE)}]" for letter in tag)
    for tag in TAGS
)
_LIKE_A_TAG = re.compile(rf"[<＜﹤](?={_GAP}[/／]?{_GAP}(?:{_NAMES})(?![A-Za-z]))", re.IGNORECASE)
_TURN = re.compile(r"<([|｜][^<>|｜]{1,60}[|｜]|</?SYS>)>")
_BRACKETED_TURN = re.compile(r"\[(/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT))\]")


@dataclass(frozen=True)
class Template:
    """A versioned prompt: `render(**values)` gives the messages."""

    name: str
    system: str
    user: str

    @property
    def version(self) -> str:
        """`name@hash`: two templates with the same version say the same words."""
        return f"{self.name}@{content_hash(self.system, self.user)[:12]}"

    @property
    def placeholders(self) -> set[str]:
        return set(Placeholders(self.system + self.user).get_identifiers())

    def render(self, **values: str) -> tuple[Message, ...]:
        """The messages with every placeholder filled; a missing or unknown value raises ConfigError.

        Values are put in once and never expanded again, and cannot close the tags they stand in.
        """
        if set(values) != self.placeholders:
            raise ConfigError(
                f"the template was given {sorted(values)}",
                where=self.name,
                expected=f"{sorted(self.placeholders)}",
                fix="Make the template and the code that fills it agree.",
            )
        safe = {name: as_data(value) for name, value in values.items()}
        return (Message("system", _fill(self.system, safe)), Message("user", _fill(self.user, safe)))


def _fill(text: str, values: Mapping[str, str]) -> str:
    return Placeholders(text).substitute(values)


def as_data(text: str) -> str:
    """Text that cannot open or close a template's tags: `<question>` in it reads `‹question›` afterwards.

    Neither can what a model may take for such a tag (`</Question >`, full-width or hidden characters in between), nor
    what chat templates of models use to begin another speaker's turn (`<|im_start|>`, `[INST]`). All other text stays
    as it is.
    """
    if not any(opening in text for opening in "<＜﹤["):  # most texts, and quickly so
        return text
    text = re.sub(r"<(/?[a-z_]+)>", r"‹\1›", text)
    text = _LIKE_A_TAG.sub("‹", text)
    text = _TURN.sub(r"‹\1›", text)
    return _BRACKETED_TURN.sub(r"‹\1›", text)


@cache
def load_template(package: str, name: str) -> Template:
    """The template `name`.md in the folder of `package` ("persona_pipeline.feedback.templates")."""
    text = resources.files(package).joinpath(f"{name}.md").read_text("utf-8")
    sections = re.split(r"^## (system|user)\s*$", text, flags=re.MULTILINE)
    parts = {kind: body.strip() for kind, body in zip(sections[1::2], sections[2::2], strict=True)}
    if set(parts) != {"system", "user"} or not parts["system"].startswith("Task: "):
        raise ConfigError(
            "the template has no '## system' section that starts with 'Task: ', or no '## user' section",
            where=f"{package}/{name}.md",
            expected="both sections",
        )
    return Template(name, parts["system"], parts["user"])
