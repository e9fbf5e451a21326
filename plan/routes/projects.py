"""Projects and activities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g

from core.access.guard import allow
from core.http.json_body import whole_number
from core.transaction import reading
from plan import activities, projects, queries
from plan.checks import project_warnings
from plan.clock import office_today
from plan.models import Project
from plan.models.projects import CURRENT_STATUSES
from plan.routes.common import (
    CREATED,
    blueprint,
    filter_choice,
    filter_text,
    given_changes,
    given_object,
    listed,
    one,
    stored,
)
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
    return listed(
        _PROJECT,
        lambda after, limit: queries.projects(reading(), workspace_id, wanted, after=after, limit=limit),
    )


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
    data = given_object(_PROJECT)
    return stored(
        _PROJECT,
        lambda session: projects.create_project(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.patch("/projects/<uuid:uuid>")
@allow("plan.update")
def change_project(workspace_id: int, uuid: UUID) -> Response:
    """Change a project; lists that are given replace the former ones."""
    changes, version = given_changes(_PROJECT)
    return stored(
        _PROJECT,
        lambda session: projects.update_project(
            session, g.actor, workspace_id=workspace_id, uuid=str(uuid), version=version, changes=changes
        ),
    )


@blueprint.get("/activities")
@allow("plan.read")
def list_activities(workspace_id: int) -> Response:
    """Activities; filter `projectUuid`."""
    project_uuid = filter_text("projectUuid")
    return listed(
        _ACTIVITY,
        lambda after, limit: queries.activities(
            reading(), workspace_id, project_uuid=project_uuid, after=after, limit=limit
        ),
    )


@blueprint.get("/activities/<uuid:uuid>")
@allow("plan.read")
def one_activity(workspace_id: int, uuid: UUID) -> Response:
    """One activity."""
    return one(_ACTIVITY, queries.find_activity(reading(), workspace_id, str(uuid)))


@blueprint.post("/activities")
@allow("plan.update")
def create_activity(workspace_id: int) -> Response:
    """A new activity of the project `projectUuid`."""
    data = given_object(_ACTIVITY)
    return stored(
        _ACTIVITY,
        lambda session: activities.create_activity(session, g.actor, workspace_id=workspace_id, data=data),
        status=CREATED,
    )


@blueprint.patch("/activities/<uuid:uuid>")
@allow("plan.update")
def change_activity(workspace_id: int, uuid: UUID) -> Response:
    """Change an activity; it stays with its project."""
    changes, version = given_changes(ActivitySchema(exclude=["project_uuid"]))
    return stored(
        _ACTIVITY,
        lambda session: activities.update_activity(
            session, g.actor, workspace_id=workspace_id, uuid=str(uuid), version=version, changes=changes
        ),
    )


def _more(project: Project) -> dict[str, Any]:
    today = office_today()
    return {
        "plannedProgress": str(queries.planned_progress(project, today)),
        "activities": _ACTIVITY.dump(project.activities, many=True),
        "warnings": [item.message for item in project_warnings(project, today)],
    }
