"""Roles on a single form, as ODK Central has them: which devices and people may open it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, jsonify

from core.access import queries as access_queries
from core.access import workspaces
from core.access.assignment_routes import find_role
from core.access.guard import allow
from core.access.schemas import assignment_object
from core.auth.schemas import actor_object
from core.transaction import reading, unit_of_work
from forms.models import Form
from forms.queries import find_form

blueprint = Blueprint(
    "form_assignments_api", __name__, url_prefix="/v1/projects/<int:workspace_id>/forms/<xml_form_id>"
)


@blueprint.get("/assignments")
@allow("assignment.list")
def list_assignments(workspace_id: int, xml_form_id: str) -> Response:
    """Who has a role on the form."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "assignment.list")
    found = access_queries.assignments_on_form(reading(), form.id)
    return jsonify([assignment_object(item) for item, _ in found])


@blueprint.get("/assignments/<name>")
@allow("assignment.list")
def list_actors(workspace_id: int, xml_form_id: str, name: str) -> Response:
    """Who has one role on the form."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "assignment.list")
    found = access_queries.assignments_on_form(reading(), form.id, find_role(name).id)
    return jsonify([actor_object(row) for _, row in found])


@blueprint.post("/assignments/<name>/<int:actor_id>")
@allow("assignment.create")
def assign(workspace_id: int, xml_form_id: str, name: str, actor_id: int) -> Response:
    """Give a role on the form."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "assignment.create")
    return _changed(workspaces.assign, form, name, actor_id)


@blueprint.delete("/assignments/<name>/<int:actor_id>")
@allow("assignment.delete")
def unassign(workspace_id: int, xml_form_id: str, name: str, actor_id: int) -> Response:
    """Take it away."""
    form = find_form(reading(), g.actor, workspace_id, xml_form_id, "assignment.delete")
    return _changed(workspaces.unassign, form, name, actor_id)


def _changed(change: Callable[..., None], form: Form, name: str, actor_id: int) -> Response:
    role = find_role(name)
    unit_of_work(
        lambda session: change(
            session,
            g.actor,
            actor_id=actor_id,
            role_id=role.id,
            workspace_id=form.workspace_id,
            form_id=form.id,
            form_name=form.xml_form_id,
        )
    )
    return jsonify(success=True)
