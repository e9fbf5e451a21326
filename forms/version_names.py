"""Names of versions. To the server they are texts; people count them up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable


def unused(version: str, taken: Collection[str]) -> str:
    """The version, its last number counted up until nothing has it."""
    while version in taken:
        counted = re.sub(r"[0-9]+$", lambda found: str(int(found[0]) + 1), version)
        version = counted if counted != version else f"{version}.1".lstrip(".")
    return version


def latest(versions: Iterable[str]) -> str:
    """The one with the highest numbers: ``2570.10`` comes after ``2570.9``."""
    return max(versions, key=lambda version: ([int(number) for number in re.findall(r"[0-9]+", version)], version))
