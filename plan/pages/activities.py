"""Pages on the activities of a project."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response
from flask_babel import gettext

from core.access.guard import allow
from core.transaction import reading
from plan import activities, queries
from plan.list_rows import number_text
from plan.models import Activity, Project
from plan.pages.common import blueprint, root
from plan.pages.edit import EditPage, Input, show, submit_change, submit_new
from plan.schemas import ActivitySchema


@blueprint.get("/projects/<uuid:uuid>/new-activity")
@allow("plan.update")
def new_activity(workspace_id: int, uuid: UUID) -> Response:
    """Form for a new activity."""
    project = queries.find_project(reading(), workspace_id, str(uuid))
    return show(_form(workspace_id, project, None))


@blueprint.post("/projects/<uuid:uuid>/new-activity")
@allow("plan.update")
def create_activity(workspace_id: int, uuid: UUID) -> Response:
    """Add an activity."""
    page = _form(workspace_id, queries.find_project(reading(), workspace_id, str(uuid)), None)
    return submit_new(
        page,
        ActivitySchema(),
        partial(activities.create_activity, workspace_id=workspace_id),
        payload={**page.given(), "projectUuid": str(uuid)},
        said=gettext("The activity is added."),
    )


@blueprint.get("/activities/<uuid:uuid>/edit")
@allow("plan.update")
def edit_activity(workspace_id: int, uuid: UUID) -> Response:
    """Form of an activity."""
    return show(_form_of(workspace_id, str(uuid)))


@blueprint.post("/activities/<uuid:uuid>/edit")
@allow("plan.update")
def change_activity(workspace_id: int, uuid: UUID) -> Response:
    """Change an activity."""
    return submit_change(
        _form_of(workspace_id, str(uuid)),
        ActivitySchema(exclude=["project_uuid"]),
        partial(activities.update_activity, workspace_id=workspace_id, uuid=str(uuid)),
        said=gettext("The activity is changed."),
    )


def _form_of(workspace_id: int, uuid: str) -> EditPage:
    activity = queries.find_activity(reading(), workspace_id, uuid)
    project = queries.find_project(reading(), workspace_id, activity.project_uuid)
    return _form(workspace_id, project, activity)


def _form(workspace_id: int, project: Project, activity: Activity | None) -> EditPage:
    of = activity or Activity(
        seq=max((item.seq for item in project.activities), default=0) + 1,
        plan_start=project.starts_on,
        plan_end=project.ends_on,
    )
    return EditPage(
        title=gettext("Change the activity") if activity else gettext("New activity"),
        lead=project.name,
        back=f"{root(workspace_id)}/projects/{project.uuid}",
        version=of.version if activity else None,
        inputs=[
            Input(name="name", label=gettext("Activity"), value=of.name, required=True, wide=True),
            Input(name="seq", label=gettext("Number in order"), kind="number", value=of.seq, required=True),
            Input(
                name="weight",
                label=gettext("Weight in percent"),
                kind="number",
                value=number_text(of.weight),
                required=True,
                hint=gettext("The weights of all activities sum to 100."),
            ),
            *_time_and_place(of),
            Input(
                name="budget",
                label=gettext("Budget (baht)"),
                kind="number",
                value=number_text(of.budget) or "0",
                required=True,
            ),
        ],
    )


def _time_and_place(of: Activity) -> list[Input]:
    return [
        Input(name="planStart", label=gettext("First day"), kind="date", value=of.plan_start, required=True),
        Input(name="planEnd", label=gettext("Last day"), kind="date", value=of.plan_end, required=True),
        Input(name="place", label=gettext("Venue"), value=of.place),
        Input(name="targetGroup", label=gettext("Target group"), value=of.target_group),
        Input(
            name="targetCount",
            label=gettext("Number of people planned"),
            kind="number",
            value=of.target_count,
        ),
    ]
