"""Pages on projects."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, render_template
from flask_babel import gettext

from core.access.guard import allow
from core.transaction import reading
from plan import projects, queries
from plan.checks import project_warnings
from plan.clock import office_today
from plan.models.projects import CURRENT_STATUSES
from plan.pages.common import blueprint, chosen_year, one_page, root, wanted_text
from plan.pages.edit import show, submit_change, submit_new
from plan.pages.project_form import project_form, project_payload
from plan.schemas import ProjectSchema


@blueprint.get("/projects")
@allow("plan.read")
def list_projects(workspace_id: int) -> str:
    """Projects of a year by group and state, with search."""
    session = reading()
    years, year = chosen_year(workspace_id)
    status = wanted_text("status")
    chosen = {
        "group": wanted_text("group"),
        "status": status if status in CURRENT_STATUSES else "",
        "search": wanted_text("search"),
    }
    wanted = queries.ProjectFilter(
        year_be=year.year_be if year else 0,
        group_code=chosen["group"],
        status=chosen["status"],
        search=chosen["search"],
    )
    rows, next_url = one_page(partial(queries.projects, session, workspace_id, wanted))
    today = office_today()
    return render_template(
        "plan/projects.html",
        rows=[(row, queries.planned_progress(row, today)) for row in rows],
        next_url=next_url,
        years=years,
        year=year,
        groups=queries.groups(session, workspace_id),
        statuses=CURRENT_STATUSES,
        chosen=chosen,
    )


@blueprint.get("/projects/<uuid:uuid>")
@allow("plan.read")
def one_project(workspace_id: int, uuid: UUID) -> str:
    """A project with its facts, activities, money and indicators."""
    project = queries.find_project(reading(), workspace_id, str(uuid))
    today = office_today()
    return render_template(
        "plan/project.html",
        project=project,
        planned=queries.planned_progress(project, today),
        warnings=project_warnings(project, today),
        today=today,
    )


@blueprint.get("/new-project")
@allow("plan.update")
def new_project(workspace_id: int) -> Response:
    """Form for a new project."""
    return show(project_form(workspace_id, None))


@blueprint.post("/new-project")
@allow("plan.update")
def create_project(workspace_id: int) -> Response:
    """Add a project."""
    page, payload = project_payload(project_form(workspace_id, None), None)
    return submit_new(
        page,
        ProjectSchema(),
        partial(projects.create_project, workspace_id=workspace_id),
        payload=payload,
        after=lambda project: f"{root(workspace_id)}/projects/{project.uuid}",
        said=gettext("The project is added. Add its activities next."),
    )


@blueprint.get("/projects/<uuid:uuid>/edit")
@allow("plan.update")
def edit_project(workspace_id: int, uuid: UUID) -> Response:
    """Form of a project."""
    return show(project_form(workspace_id, queries.find_project(reading(), workspace_id, str(uuid))))


@blueprint.post("/projects/<uuid:uuid>/edit")
@allow("plan.update")
def change_project(workspace_id: int, uuid: UUID) -> Response:
    """Change a project."""
    project = queries.find_project(reading(), workspace_id, str(uuid))
    page, payload = project_payload(project_form(workspace_id, project), project)
    return submit_change(
        page,
        ProjectSchema(exclude=["year_be"]),
        partial(projects.update_project, workspace_id=workspace_id, uuid=str(uuid)),
        payload=payload,
        said=gettext("The project is changed. Devices get it with their next update."),
    )
