"""Workspaces (``projects`` on the wire) and their app users on ``/v1``, as ODK Central has them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify

from core.access import workspaces
from core.access.actor import Actor
from core.access.figures import figures_of
from core.access.guard import allow, signed_in
from core.access.models import Workspace
from core.access.roles import ROLES
from core.access.schemas import NewProject, ProjectChange, project_object
from core.auth import devices, queries
from core.auth.models import ActorRow, AppUser
from core.auth.schemas import DeviceName, device_object, extended_device_object
from core.http.json_body import json_object, wants_extended
from core.transaction import reading, unit_of_work

blueprint = Blueprint("access_routes", __name__, url_prefix="/v1/projects")


@blueprint.get("")
@signed_in
def list_projects() -> Response:
    """The workspaces the actor may look into."""
    return jsonify(_projects(workspaces.list_workspaces(reading(), g.actor)))


@blueprint.post("")
@allow("project.create")
def create_project() -> Response:
    """Create a workspace."""
    given = json_object(NewProject)
    row = unit_of_work(
        lambda session: workspaces.create_workspace(
            session, g.actor, name=given["name"], description=given["description"]
        )
    )
    return jsonify(project_object(row))


@blueprint.get("/<int:workspace_id>")
@allow("project.read", per_form=True)
def one_project(workspace_id: int) -> Response:
    """One workspace."""
    return jsonify(_projects([workspaces.find_workspace(reading(), workspace_id)])[0])


@blueprint.patch("/<int:workspace_id>")
@allow("project.update")
def change_project(workspace_id: int) -> Response:
    """Rename, describe, archive or bring back."""
    given = json_object(ProjectChange)
    row = unit_of_work(
        lambda session: workspaces.update_workspace(session, g.actor, workspace_id=workspace_id, changes=given)
    )
    return jsonify(project_object(row))


@blueprint.delete("/<int:workspace_id>")
@allow("project.delete")
def delete_project(workspace_id: int) -> Response:
    """Put a workspace away."""
    unit_of_work(lambda session: workspaces.delete_workspace(session, g.actor, workspace_id=workspace_id))
    return jsonify(success=True)


@blueprint.get("/<int:workspace_id>/app-users")
@allow("field_key.list")
def list_app_users(workspace_id: int) -> Response:
    """Devices, newest first, revoked ones last, with their keys."""
    found = queries.list_app_users(reading(), workspace_id)
    if not wants_extended():
        return jsonify([device_object(device, row, _key(device)) for device, row in found])
    makers = queries.actors_by_id(reading(), (device.created_by for device, _ in found))
    return jsonify([_extended(device, row, makers) for device, row in found])


@blueprint.post("/<int:workspace_id>/app-users")
@allow("field_key.create")
def create_app_user(workspace_id: int) -> Response:
    """Create a device credential. As in ODK Central it opens no form until it is assigned to some."""
    given = json_object(DeviceName)
    actor: Actor = g.actor
    sealing_key = current_app.config["TIDTAM_SETTINGS"].sealing_key()
    created = unit_of_work(
        lambda session: devices.create_device(
            session,
            actor,
            workspace_id=workspace_id,
            display_name=given["display_name"],
            sealing_key=sealing_key,
        )
    )
    return jsonify(device_object(created.device, created.row, created.key))


@blueprint.get("/<int:workspace_id>/app-users/<int:actor_id>")
@allow("field_key.list")
def one_app_user(workspace_id: int, actor_id: int) -> Response:
    """One device."""
    device, row = queries.find_app_user(reading(), workspace_id, actor_id)
    if not wants_extended():
        return jsonify(device_object(device, row, _key(device)))
    return jsonify(_extended(device, row, queries.actors_by_id(reading(), [device.created_by])))


@blueprint.patch("/<int:workspace_id>/app-users/<int:actor_id>")
@allow("field_key.update")
def rename_app_user(workspace_id: int, actor_id: int) -> Response:
    """Give a device another name."""
    given = json_object(DeviceName)
    device, row = unit_of_work(
        lambda session: devices.rename_device(
            session, g.actor, workspace_id=workspace_id, actor_id=actor_id, display_name=given["display_name"]
        )
    )
    return jsonify(device_object(device, row, _key(device)))


@blueprint.delete("/<int:workspace_id>/app-users/<int:actor_id>")
@allow("field_key.delete")
def delete_app_user(workspace_id: int, actor_id: int) -> Response:
    """Take a device off the list; its key ends at once."""
    unit_of_work(lambda session: devices.delete_device(session, g.actor, workspace_id=workspace_id, actor_id=actor_id))
    return jsonify(success=True)


def _projects(rows: list[Workspace]) -> list[dict[str, Any]]:
    bodies = [project_object(row) for row in rows]
    if not wants_extended():
        return bodies
    figures = figures_of(reading(), (row.id for row in rows))
    return [body | figures[body["id"]] | {"verbs": _verbs(g.actor, body["id"])} for body in bodies]


def _verbs(actor: Actor, workspace_id: int) -> list[str]:
    granted = (ROLES[grant.role_id].verbs for grant in actor.grants if grant.covers(workspace_id, None))
    return sorted(frozenset().union(*granted))


def _key(device: AppUser) -> str | None:
    return devices.device_key(device, current_app.config["TIDTAM_SETTINGS"].sealing_key())


def _extended(device: AppUser, row: ActorRow, makers: dict[int, ActorRow]) -> dict[str, Any]:
    return extended_device_object(device, row, _key(device), makers.get(device.created_by or 0))
