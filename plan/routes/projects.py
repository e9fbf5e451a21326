"""Projects and activities."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from core.access.guard import allow
from core.http.json_body import whole_number
from core.transaction import reading
from plan import activities, projects, queries
from plan.checks import project_warnings
from plan.clock import office_today
from plan.models import Project
from plan.models.projects import CURRENT_STATUSES
from plan.routes.common import blueprint, changed, created, filter_choice, filter_text, listed, one
from plan.schemas import ActivitySchema, ProjectSchema

_PROJECT, _ACTIVITY = ProjectSchema(), ActivitySchema()


@blueprint.get("/projects")
@allow("plan.read")
def list_projects(workspace_id: int) -> Response:
    """Projects; filters `yearBe`, `groupCode`, `status` (the current one), `search`."""
    wanted = queries.ProjectFilter(
        year_be=whole_number("yearBe", most=9999),
        group_code=filter_text("groupCode"),
        status=filter_choice("status", CURRENT_STATUSES),
        search=filter_text("search"),
    )
    return listed(_PROJECT, partial(queries.projects, reading(), workspace_id, wanted))


@blueprint.get("/projects/<uuid:uuid>")
@allow("plan.read")
def one_project(workspace_id: int, uuid: UUID) -> Response:
    """One project with its activities, how far its plan says it should be today, and what to look at."""
    project = queries.find_project(reading(), workspace_id, str(uuid))
    return one(_PROJECT, project, **_more(project))


@blueprint.post("/projects")
@allow("plan.update")
def create_project(workspace_id: int) -> Response:
    """A new project."""
    return created(_PROJECT, partial(projects.create_project, workspace_id=workspace_id))


@blueprint.patch("/projects/<uuid:uuid>")
@allow("plan.update")
def change_project(workspace_id: int, uuid: UUID) -> Response:
    """Change a project; lists that are given replace the former ones."""
    return changed(_PROJECT, partial(projects.update_project, workspace_id=workspace_id, uuid=str(uuid)))


@blueprint.get("/activities")
@allow("plan.read")
def list_activities(workspace_id: int) -> Response:
    """Activities; filter `projectUuid`."""
    project_uuid = filter_text("projectUuid")
    return listed(_ACTIVITY, partial(queries.activities, reading(), workspace_id, project_uuid=project_uuid))


@blueprint.get("/activities/<uuid:uuid>")
@allow("plan.read")
def one_activity(workspace_id: int, uuid: UUID) -> Response:
    """One activity."""
    return one(_ACTIVITY, queries.find_activity(reading(), workspace_id, str(uuid)))


@blueprint.post("/activities")
@allow("plan.update")
def create_activity(workspace_id: int) -> Response:
    """A new activity of the project `projectUuid`."""
    return created(_ACTIVITY, partial(activities.create_activity, workspace_id=workspace_id))


@blueprint.patch("/activities/<uuid:uuid>")
@allow("plan.update")
def change_activity(workspace_id: int, uuid: UUID) -> Response:
    """Change an activity; it stays with its project."""
    return changed(
        _ACTIVITY,
        partial(activities.update_activity, workspace_id=workspace_id, uuid=str(uuid)),
        body=ActivitySchema(exclude=["project_uuid"]),
    )


def _more(project: Project) -> dict[str, Any]:
    today = office_today()
    return {
        "plannedProgress": str(queries.planned_progress(project, today)),
        "activities": _ACTIVITY.dump(project.activities, many=True),
        "warnings": [item.message for item in project_warnings(project, today)],
    }
