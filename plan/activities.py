"""Services on the activities of projects."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.access.actor import Actor
from plan import queries
from plan.editing import next_version, note_change, require_not_closed
from plan.models import Activity, Project
from plan.models.projects import ZERO
from plan.project_rules import check_activity
from plan.validation import Checker

ACTIVITY_FIELDS = (
    "seq", "name", "weight", "plan_start", "plan_end", "place", "target_group", "target_count", "budget",
)  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "place": "",
    "target_group": "",
    "target_count": None,
    "budget": ZERO,
    "seq": None,
}


def create_activity(session: Session, actor: Actor, *, workspace_id: int, data: dict[str, Any]) -> Activity:
    """A new step of the project `project_uuid`: `name`, `weight`, `plan_start`, `plan_end` and what is known.

    Without `seq` it becomes the last one.

    Raises:
        Problem 404.1: no such project. 409.170: its year is closed. InvalidPlan (400.170): what does not fit.

    """
    project = queries.find_project(session, workspace_id, data["project_uuid"], for_update=True)
    values = {**DEFAULTS, **data}
    if values["seq"] is None:
        values["seq"] = max((item.seq for item in project.activities), default=0) + 1
    _check(project, values, None)
    activity = Activity(workspace_id=workspace_id, project=project)
    _apply(activity, values)
    session.add(activity)
    note_change(session, actor, "plan.activity.create", activity, {"code": project.code, "seq": activity.seq})
    return activity


def update_activity(
    session: Session, actor: Actor, *, workspace_id: int, uuid: str, version: int, changes: dict[str, Any]
) -> Activity:
    """Change an activity; it stays with its project.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.170: the year is closed.
        InvalidPlan (400.170): what does not fit.

    """
    of = queries.find_activity(session, workspace_id, uuid).project_uuid
    # The project is locked before its activity, as everywhere: its other activities count too.
    project = queries.find_project(session, workspace_id, of, for_update=True)
    activity = queries.find_activity(session, workspace_id, uuid, for_update=True)
    next_version(activity, version)
    values = {**{name: getattr(activity, name) for name in ACTIVITY_FIELDS}, **changes}
    _check(project, values, activity)
    _apply(activity, values)
    note_change(session, actor, "plan.activity.update", activity, {"code": project.code, "seq": activity.seq})
    return activity


def _check(project: Project, values: dict[str, Any], itself: Activity | None) -> None:
    require_not_closed(project.fiscal_year)
    checker = Checker()
    check_activity(
        checker,
        values,
        project_dates=(project.starts_on, project.ends_on),
        project_budget=project.budget_total,
        others=[item for item in project.activities if item is not itself],
    )
    checker.refuse()


def _apply(activity: Activity, values: dict[str, Any]) -> None:
    for name in ACTIVITY_FIELDS:
        setattr(activity, name, values[name])
