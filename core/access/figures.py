"""Figures that extended answers about workspaces carry, such as the number of forms.

What counts them lies in packages above this one; each registers its own function, so that none is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.orm import Session

from core.auth.queries import count_app_users

Figures = Callable[[Session, list[int]], dict[int, dict[str, Any]]]
_registered: list[Figures] = []
_NOTHING: dict[str, Any] = {"forms": 0, "lastSubmission": None, "datasets": 0, "lastEntity": None}


def add_figures(function: Figures) -> Figures:
    """Have `function` asked for extended answers: from workspace ids to wire fields per workspace."""
    if function not in _registered:
        _registered.append(function)
    return function


def figures_of(session: Session, workspace_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The wire fields of every workspace; a figure that nobody counts is nothing."""
    ids = list(workspace_ids)
    devices = count_app_users(session, ids)
    result = {workspace_id: _NOTHING | {"appUsers": devices.get(workspace_id, 0)} for workspace_id in ids}
    for function in _registered:
        for workspace_id, fields in function(session, ids).items():
            result[workspace_id].update(fields)
    return result
