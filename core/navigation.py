"""The navigation of a workspace: the pages its reader may open, as the guard sees it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException

from core.access.guard import permits

_ENTRIES = (
    (lazy_gettext("Home"), ""),
    (lazy_gettext("Forms"), "/forms"),
    (lazy_gettext("Reports"), "/reports"),
    (lazy_gettext("Plan"), "/plan"),
    (lazy_gettext("Entity lists"), "/lists"),
    (lazy_gettext("Waiting for a decision"), "/quarantine"),
    (lazy_gettext("People"), "/people"),
    (lazy_gettext("Devices"), "/devices"),
    (lazy_gettext("History"), "/audit"),
)


@dataclass(frozen=True)
class Entry:
    """One link. `current` says that the page open now lies under it."""

    label: str
    url: str
    current: bool


def navigation(workspace_id: int) -> list[Entry]:
    """Entries whose page exists and passes the guard for this reader, so that no link leads to a refusal."""
    root = f"/w/{workspace_id}"
    entries = []
    for label, path in _ENTRIES:
        if _may_open(root + path, workspace_id):
            current = request.path == root if not path else (request.path + "/").startswith(f"{root}{path}/")
            entries.append(Entry(str(label), root + path, current))
    return entries


def _may_open(path: str, workspace_id: int) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return permits(g.actor, str(endpoint), workspace_id)
