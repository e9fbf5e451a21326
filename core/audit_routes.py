"""The audit trail of the whole server on ``/v1``, as ODK Central has it, with its names for actions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from core.access.guard import allow
from core.audit import AuditEntry
from core.auth.models import ActorRow
from core.auth.queries import actors_by_id
from core.auth.schemas import actor_object
from core.http.json_body import instant_parameter, instant_text, wants_extended, whole_number
from core.queries import AuditFilter, audit_page
from core.transaction import reading

blueprint = Blueprint("audit_routes", __name__, url_prefix="/v1")

WIRE_ACTIONS = {
    "workspace.create": "project.create",
    "workspace.update": "project.update",
    "workspace.delete": "project.delete",
    "app_user.create": "field_key.create",
    "app_user.update": "field_key.update",
    "app_user.delete": "field_key.delete",
    "app_user.revoke": "field_key.session.end",
    "session.create": "user.session.create",
    "assignment.create": "user.assignment.create",
    "assignment.delete": "user.assignment.delete",
    "user.password": "user.update",
}
"""Our actions under the names that clients of ODK Central filter by; all others go as they are."""
_EVERYTHING = {None, "", "nonverbose"}


@blueprint.get("/audits")
@allow("audit.read")
def list_audits() -> Response:
    """Entries, newest first, filtered by action or kind of action and by time, paged by limit and offset."""
    wanted = AuditFilter(
        actions=_actions(request.args.get("action")),
        start=instant_parameter("start"),
        end=instant_parameter("end"),
    )
    found = audit_page(reading(), wanted, limit=whole_number("limit"), offset=whole_number("offset") or 0)
    if not wants_extended():
        return jsonify([_entry_object(entry) for entry, _ in found])
    subjects = actors_by_id(reading(), (subject_actor(entry.subject) for entry, _ in found))
    return jsonify([_extended(entry, row, subjects) for entry, row in found])


def subject_actor(subject: str | None) -> int | None:
    """The actor that an entry is about, when it is about one."""
    kind, _, number = (subject or "").partition(":")
    return int(number) if kind == "actor" and number.isdigit() else None


def _actions(given: str | None) -> tuple[str, ...]:
    if given in _EVERYTHING:
        return ()
    assert given is not None
    ours = [own for own, wire in WIRE_ACTIONS.items() if wire == given or wire.startswith(f"{given}.")]
    return (given if "." in given else f"{given}.", *ours)


def _entry_object(entry: AuditEntry) -> dict[str, Any]:
    return {
        "actorId": entry.actor_id,
        "action": WIRE_ACTIONS.get(entry.action, entry.action),
        "acteeId": entry.subject,
        "details": entry.details,
        "loggedAt": instant_text(entry.at),
    }


def _extended(entry: AuditEntry, row: ActorRow | None, subjects: dict[int, ActorRow]) -> dict[str, Any]:
    about = subjects.get(subject_actor(entry.subject) or 0)
    return _entry_object(entry) | {
        "actor": actor_object(row) if row else None,
        "actee": actor_object(about) if about else None,
    }
