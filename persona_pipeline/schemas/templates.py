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
    """Text that cannot open or close a template's tags: `<question>` in it reads `‹question›` afterwards."""
    return re.sub(r"<(/?[a-z_]+)>", r"‹\1›", text)


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
