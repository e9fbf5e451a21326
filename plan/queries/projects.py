"""Selects on projects and activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session, joinedload, selectinload

from plan.models import Activity, FiscalYear, Group, Project
from plan.models.projects import RUNNING
from plan.queries.base import listed, matches, only

# `Project.current_status` in the database's words.
current_status_column = case(
    (Project.status.in_(RUNNING) & Project.reported_status.is_not(None), Project.reported_status),
    (Project.status == "approved", "not_started"),
    else_=Project.status,
)


@dataclass(frozen=True, kw_only=True)
class ProjectFilter:
    """Which projects; an empty part asks for nothing. `status` is a current status."""

    year_be: int | None = None
    group_code: str = ""
    status: str = ""
    search: str = ""


def projects(
    session: Session,
    workspace_id: int,
    wanted: ProjectFilter,
    *,
    after: int | str = "",
    limit: int | None = None,
) -> Sequence[Project]:
    """Projects by code, from above the code or id `after`, with all that belongs to them."""
    statement = filtered(_projects(workspace_id), wanted)
    return listed(session, statement, Project, after=after, limit=limit)


def projects_of_year(session: Session, workspace_id: int, year_be: int) -> Sequence[Project]:
    """All projects of a fiscal year by code, with group, owner, money, activities and indicators."""
    return projects(session, workspace_id, ProjectFilter(year_be=year_be))


def find_project(session: Session, workspace_id: int, uuid: str, *, for_update: bool = False) -> Project:
    """A project with all that belongs to it.

    Raises:
        Problem 404.1: there is none.

    """
    statement = (
        select(Project)
        .where(Project.workspace_id == workspace_id, Project.uuid == uuid)
        .options(
            selectinload(Project.fiscal_year),
            selectinload(Project.group),
            selectinload(Project.owner),
            selectinload(Project.budgets),
            selectinload(Project.activities),
            selectinload(Project.indicators),
        )
    )
    return only(session, statement, uuid, for_update=for_update)


def find_activity(session: Session, workspace_id: int, uuid: str, *, for_update: bool = False) -> Activity:
    """An activity with its project.

    Raises:
        Problem 404.1: there is none.

    """
    statement = select(Activity).where(Activity.workspace_id == workspace_id, Activity.uuid == uuid)
    return only(session, statement.options(selectinload(Activity.project)), uuid, for_update=for_update)


def activities(
    session: Session, workspace_id: int, *, project_uuid: str = "", after: int = 0, limit: int | None = None
) -> Sequence[Activity]:
    """Activities by id, from above the id `after`, with their project."""
    statement = select(Activity).where(Activity.workspace_id == workspace_id).options(joinedload(Activity.project))
    if project_uuid:
        statement = statement.join(Project, Project.id == Activity.project_id).where(Project.uuid == project_uuid)
    return listed(session, statement, Activity, after=after, limit=limit)


def group_of_project(session: Session, workspace_id: int) -> dict[str, str]:
    """The code of the owning group by the project's UUID, for all projects of the workspace."""
    statement = (
        select(Project.uuid, Group.code)
        .join(Group, Group.id == Project.group_id)
        .where(Project.workspace_id == workspace_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def filtered(statement: Select[Project], wanted: ProjectFilter) -> Select[Project]:
    """A select of projects, narrowed."""
    if wanted.year_be is not None:
        statement = statement.join(FiscalYear, FiscalYear.id == Project.fiscal_year_id)
        statement = statement.where(FiscalYear.year_be == wanted.year_be)
    if wanted.group_code:
        statement = statement.join(Group, Group.id == Project.group_id).where(Group.code == wanted.group_code)
    if wanted.status:
        statement = statement.where(current_status_column == wanted.status)
    if wanted.search:
        statement = statement.where(matches(wanted.search, Project.name, Project.code))
    return statement


def _projects(workspace_id: int) -> Select[Project]:
    return (
        select(Project)
        .where(Project.workspace_id == workspace_id)
        .options(
            joinedload(Project.fiscal_year),
            joinedload(Project.group),
            joinedload(Project.owner),
            selectinload(Project.budgets),
            selectinload(Project.activities),
            selectinload(Project.indicators),
        )
    )
