"""Services on projects; what may be said of one is checked in `plan.project_rules`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.actor import Actor
from core.errors import Problem
from plan import queries
from plan.editing import next_version, note_change, require_not_closed
from plan.models import Indicator, Project, ProjectBudget
from plan.models.projects import ZERO
from plan.project_rules import References, check_project, find_references
from plan.validation import Checker

PLAIN_FIELDS = (
    "code", "name", "status", "status_reason", "approved", "approved_on", "approval_no", "starts_on",
    "ends_on", "carry_over",
)  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "status": "proposed",
    "status_reason": "",
    "approved": False,
    "approved_on": None,
    "approval_no": None,
    "carry_over": False,
    "owner_code": None,
    "budgets": [],
    "objectives": [],
    "targets": [],
    "planned_schedule": [],
    "indicator_uuids": [],
}


def create_project(session: Session, actor: Actor, *, workspace_id: int, data: dict[str, Any]) -> Project:
    """A new project: `code`, `name`, `year_be`, `group_code`, `starts_on`, `ends_on` and what else is known.

    `budgets` are ``{source, source_other, amount}``; their sum is the project's budget.

    Raises:
        InvalidPlan (400.170): what does not fit. Problem 409.3: the year has the code. 409.170: it is closed.

    """
    values = {**DEFAULTS, **data}
    references = _checked(session, workspace_id, values, activities=None)
    _require_free_code(session, references, values["code"])
    project = Project(workspace_id=workspace_id, budgets=[], activities=[], indicators=[])
    session.add(project)
    _apply(project, values, references)
    note_change(session, actor, "plan.project.create", project)
    return project


def update_project(
    session: Session, actor: Actor, *, workspace_id: int, uuid: str, version: int, changes: dict[str, Any]
) -> Project:
    """Change a project. Lists that are given (`budgets`, `targets` …) replace the former ones.

    Raises:
        Problem 404.1, 409.100: gone or changed. 409.3: the code is taken. 409.170: the year is closed.
        InvalidPlan (400.170): what does not fit.

    """
    project = queries.find_project(session, workspace_id, uuid, for_update=True)
    next_version(project, version)
    require_not_closed(project.fiscal_year)
    before = project.status
    values = {**project_values(project), **changes}
    references = _checked(session, workspace_id, values, activities=project)
    if values["code"] != project.code or references.year is not project.fiscal_year:
        _require_free_code(session, references, values["code"])
    _apply(project, values, references)
    details = {"from": before, "to": project.status} if before != project.status else None
    note_change(session, actor, "plan.project.update", project, details)
    return project


def project_values(project: Project) -> dict[str, Any]:
    """A project in the words of `create_project`."""
    return {
        **{name: getattr(project, name) for name in PLAIN_FIELDS},
        "year_be": project.fiscal_year.year_be,
        "group_code": project.group_code,
        "owner_code": project.owner_code,
        "budgets": [
            {"source": line.source, "source_other": line.source_other, "amount": line.amount}
            for line in project.budgets
        ],
        "objectives": project.objectives,
        "targets": project.targets,
        "planned_schedule": project.planned_schedule,
        "indicator_uuids": project.indicator_uuids,
    }


def _checked(session: Session, workspace_id: int, values: dict[str, Any], *, activities: Project | None) -> References:
    checker = Checker()
    references = find_references(session, checker, workspace_id, values)
    if references.year is not None:
        require_not_closed(references.year)
    check_project(checker, values, references, activities.activities if activities else ())
    checker.refuse()
    return references


def _require_free_code(session: Session, references: References, code: str) -> None:
    assert references.year is not None  # the checker has refused otherwise
    taken = select(Project.id).where(Project.fiscal_year_id == references.year.id, Project.code == code)
    if session.scalar(taken):
        raise Problem("409.3", fields="yearBe, code", values=f"{references.year.year_be}, {code}")


def _apply(project: Project, values: dict[str, Any], references: References) -> None:
    assert references.year is not None  # the checker has refused otherwise
    assert references.group is not None
    project.fiscal_year, project.group, project.owner = references.year, references.group, references.owner
    for name in PLAIN_FIELDS:
        setattr(project, name, values[name])
    project.objectives = list(values["objectives"])
    project.targets = [_target(item) for item in values["targets"]]
    project.planned_schedule = [_point(item) for item in values["planned_schedule"]]
    _set_budgets(project, values["budgets"])
    _set_indicators(project, references.indicators)


def _target(item: dict[str, Any]) -> dict[str, Any]:
    value = item.get("value")
    return {
        "kind": item["kind"],
        "text": item.get("text", ""),
        "value": None if value is None else str(value),
        "unit": item.get("unit", ""),
    }


def _point(item: dict[str, Any]) -> dict[str, Any]:
    return {"on": str(item["on"]), "percent": str(item["percent"])}


def _set_budgets(project: Project, lines: list[dict[str, Any]]) -> None:
    """Keep the lines when nothing changed, so that an edit of the name leaves the money's rows alone."""
    wanted = [(line["source"], line.get("source_other", ""), line["amount"]) for line in lines]
    if wanted != [(line.source, line.source_other, line.amount) for line in project.budgets]:
        project.budgets = [
            ProjectBudget(workspace_id=project.workspace_id, source=source, source_other=other, amount=amount)
            for source, other, amount in wanted
        ]
    project.budget_total = sum((amount for _, _, amount in wanted), ZERO)


def _set_indicators(project: Project, indicators: list[Indicator]) -> None:
    if {item.uuid for item in indicators} != set(project.indicator_uuids):
        project.indicators = indicators
