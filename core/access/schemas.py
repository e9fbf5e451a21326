"""Workspaces (``projects`` on the wire), roles and assignments, with ODK Central's field names."""

from __future__ import annotations

from typing import Any

from core.access.models import Assignment, Workspace
from core.access.roles import Role
from core.http.json_body import Flag, Text, WireSchema, instant_text


class NewProject(WireSchema):
    """A workspace to create."""

    name = Text(required=True)
    description = Text(load_default=None, allow_none=True)


class ProjectChange(WireSchema):
    """What may change of a workspace."""

    name = Text()
    description = Text(allow_none=True)
    archived = Flag()


def project_object(row: Workspace) -> dict[str, Any]:
    """A workspace. `keyId` is always empty: forms are not encrypted by this server."""
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "archived": row.archived,
        "keyId": None,
        "createdAt": instant_text(row.created_at),
        "updatedAt": instant_text(row.updated_at),
        "deletedAt": instant_text(row.deleted_at),
    }


def role_object(role: Role) -> dict[str, Any]:
    """A role with its verbs."""
    return {"id": role.id, "system": role.system, "name": role.name, "verbs": sorted(role.verbs)}


def assignment_object(row: Assignment) -> dict[str, Any]:
    """Who has which role."""
    return {"actorId": row.actor_id, "roleId": row.role_id}
