"""Roles, and who has them site-wide and per workspace, on ``/v1``, as ODK Central has them.

Assignments on single forms need to know forms, and lie in ``forms``.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify

from core.access import queries, workspaces
from core.access.guard import allow, public
from core.access.roles import ROLES, Role
from core.access.schemas import assignment_object, role_object
from core.auth.schemas import actor_object
from core.errors import Problem
from core.http.json_body import wants_extended
from core.transaction import reading, unit_of_work

blueprint = Blueprint("assignment_routes", __name__, url_prefix="/v1")


def find_role(name: str) -> Role:
    """A role by its number or its system name.

    Raises:
        Problem 404.1: there is none.
    """
    found = next((role for role in ROLES.values() if name in {str(role.id), role.system}), None)
    if found is None:
        raise Problem("404.1")
    return found


@blueprint.get("/roles")
@public
def list_roles() -> Response:
    """The roles there are; they are the same on every server and name nobody."""
    return jsonify([role_object(role) for role in ROLES.values()])


@blueprint.get("/roles/<name>")
@public
def one_role(name: str) -> Response:
    """One role."""
    return jsonify(role_object(find_role(name)))


@blueprint.get("/assignments")
@allow("assignment.list")
def list_site_assignments() -> Response:
    """Who has a role everywhere."""
    return _listed(None)


@blueprint.get("/assignments/<name>")
@allow("assignment.list")
def list_site_actors(name: str) -> Response:
    """Who has one role everywhere."""
    return _actors(None, name)


@blueprint.post("/assignments/<name>/<int:actor_id>")
@allow("assignment.create")
def assign_everywhere(name: str, actor_id: int) -> Response:
    """Give a role everywhere."""
    return _assigned(None, name, actor_id)


@blueprint.delete("/assignments/<name>/<int:actor_id>")
@allow("assignment.delete")
def unassign_everywhere(name: str, actor_id: int) -> Response:
    """Take it away."""
    return _unassigned(None, name, actor_id)


@blueprint.get("/projects/<int:workspace_id>/assignments")
@allow("assignment.list")
def list_assignments(workspace_id: int) -> Response:
    """Who has a role in a workspace."""
    return _listed(workspace_id)


@blueprint.get("/projects/<int:workspace_id>/assignments/<name>")
@allow("assignment.list")
def list_actors(workspace_id: int, name: str) -> Response:
    """Who has one role in a workspace."""
    return _actors(workspace_id, name)


@blueprint.post("/projects/<int:workspace_id>/assignments/<name>/<int:actor_id>")
@allow("assignment.create")
def assign(workspace_id: int, name: str, actor_id: int) -> Response:
    """Give a role in a workspace."""
    return _assigned(workspace_id, name, actor_id)


@blueprint.delete("/projects/<int:workspace_id>/assignments/<name>/<int:actor_id>")
@allow("assignment.delete")
def unassign(workspace_id: int, name: str, actor_id: int) -> Response:
    """Take it away."""
    return _unassigned(workspace_id, name, actor_id)


def _listed(workspace_id: int | None) -> Response:
    found = queries.assignments_in(reading(), workspace_id)
    if wants_extended():
        body: list[dict[str, Any]] = [{"actor": actor_object(row), "roleId": item.role_id} for item, row in found]
    else:
        body = [assignment_object(item) for item, _ in found]
    return jsonify(body)


def _actors(workspace_id: int | None, name: str) -> Response:
    found = queries.assignments_in(reading(), workspace_id, find_role(name).id)
    return jsonify([actor_object(row) for _, row in found])


def _assigned(workspace_id: int | None, name: str, actor_id: int) -> Response:
    role = find_role(name)
    unit_of_work(
        lambda session: workspaces.assign(
            session, g.actor, actor_id=actor_id, role_id=role.id, workspace_id=workspace_id
        )
    )
    return jsonify(success=True)


def _unassigned(workspace_id: int | None, name: str, actor_id: int) -> Response:
    role = find_role(name)
    unit_of_work(
        lambda session: workspaces.unassign(
            session, g.actor, actor_id=actor_id, role_id=role.id, workspace_id=workspace_id
        )
    )
    return jsonify(success=True)
