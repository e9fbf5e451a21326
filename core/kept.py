"""What an application read from its database once and keeps in memory.

It belongs to the application and not to the module: two applications in one process have databases of their own, where
the same number is another thing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
_EXTENSION = "tidtam_kept"


class Kept(Generic[Key, Value]):
    """At most `most` values of the application at hand. When there would be more, all are dropped and read anew."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most

    def get(self, key: Key) -> Value | None:
        """The value of a key, if it is kept."""
        return self._values().get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value."""
        values = self._values()
        if len(values) >= self._most:
            values.clear()
        values[key] = value

    def drop(self, key: Key) -> None:
        """Keep it no longer."""
        self._values().pop(key, None)

    def _values(self) -> dict[Key, Value]:
        of_the_application: dict[str, Any] = current_app.extensions.setdefault(_EXTENSION, {})
        values: dict[Key, Value] = of_the_application.setdefault(self._name, {})
        return values


def forget_kept(app: Flask) -> None:
    """Drop all that an application keeps; for tests that empty the tables under it."""
    app.extensions.pop(_EXTENSION, None)
