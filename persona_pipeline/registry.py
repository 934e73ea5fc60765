"""One thing per file, found by itself: a new file in a folder registers what it defines when the folder is imported."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Generic, TypeVar

from persona_pipeline.errors import RegistryError

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things of one kind, each registered once.

    Args:
        kind: what is registered, in the singular ("census vintage"); used in messages.
        home: the folder a new one is added to; used in messages.
    """

    def __init__(self, kind: str, home: str) -> None:
        self.kind, self.home = kind, home
        self._items: dict[str, T] = {}
        self._files: dict[str, str] = {}

    def register(self, name: str, item: T) -> T:
        """Adds `item` under `name` and gives it back; a second registration raises and names both files."""
        here = sys._getframe(1).f_code.co_filename
        if name in self._items:
            raise RegistryError(
                f"the {self.kind} '{name}' is registered twice",
                where=f"{self._files[name]} and {here}",
                expected="one file for each name",
                fix="Rename or delete one of them.",
            )
        self._items[name], self._files[name] = item, here
        return item

    def get(self, name: str) -> T:
        """The thing registered under `name`; an unknown name raises and lists the known ones."""
        if name not in self._items:
            raise RegistryError(
                f"there is no {self.kind} '{name}'",
                expected=f"one of: {', '.join(self.names()) or 'none registered'}",
                fix=f"A new one is one file in {self.home}.",
            )
        return self._items[name]

    def names(self) -> list[str]:
        return sorted(self._items)

    def items(self) -> list[tuple[str, T]]:
        return [(name, self._items[name]) for name in self.names()]

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self._items)


def import_all(package: ModuleType) -> None:
    """Imports every module of a package's folder, so that each registers what it defines."""
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
