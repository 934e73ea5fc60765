"""What a prompt asks for: its task, and the values that stand between tags."""

import re
from collections.abc import Sequence

from persona_pipeline.schemas.chat import Message

_TASK = re.compile(r"^Task: ([a-z_]+)[ \t]*$", re.MULTILINE)
_TAGGED = re.compile(r"^<([a-z_]+)>\n(.*?)\n?</\1>[ \t]*$", re.MULTILINE | re.DOTALL)


def task_of(messages: Sequence[Message]) -> str | None:
    """The kind named by the line `Task: <kind>` of a system message; None without one."""
    found = (_TASK.search(message.content) for message in messages if message.role == "system")
    return next((match.group(1) for match in found if match), None)


def tagged(messages: Sequence[Message]) -> dict[str, str]:
    """The values between tags on lines of their own in the user messages; the first of each name counts."""
    values: dict[str, str] = {}
    for message in messages:
        if message.role == "user":
            for name, value in _TAGGED.findall(message.content):
                values.setdefault(name, value.strip())
    return values


def lines_of(text: str) -> dict[str, str]:
    """`key: value` lines as a mapping; keys in lower case, a persona's attributes by name (`place_of_birth`)."""
    pairs = ((line, line.split(":", 1)[1]) for line in text.splitlines() if ":" in line)
    return {attribute_of(line): value.strip() for line, value in pairs}


def attribute_of(line: str) -> str:
    """The name before the colon of a `key: value` line."""
    return line.split(":", 1)[0].strip().lower().replace(" ", "_")
