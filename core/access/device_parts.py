"""What the page of a device shows besides its key, such as the forms it may fill.

What knows it lies in packages above this one; each registers its own part, so that none is known here.
"""

from __future__ import annotations

from collections.abc import Callable

DevicePart = Callable[[int, int], str]
"""From a workspace and a device's actor id to HTML for the reader of this request; empty when there is none to show."""
_registered: list[DevicePart] = []


def add_device_part(function: DevicePart) -> DevicePart:
    """Have `function` asked whenever a device is shown."""
    if function not in _registered:
        _registered.append(function)
    return function


def device_parts(workspace_id: int, actor_id: int) -> list[str]:
    """The parts that have something to show."""
    return [part for function in _registered if (part := function(workspace_id, actor_id))]
