"""How much a plan holds."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from plan.models import (
    Activity,
    District,
    Group,
    Indicator,
    Officer,
    PlanRevision,
    Project,
    ResponsibilityOrder,
    School,
    SchoolNetwork,
)
from plan.models.columns import Stamped
from plan.queries.projects import current_status_column

_SUBJECTS: dict[str, type[Stamped]] = {
    "groups": Group,
    "districts": District,
    "networks": SchoolNetwork,
    "schools": School,
    "projects": Project,
    "activities": Activity,
    "indicators": Indicator,
    "orders": ResponsibilityOrder,
}


def plan_counts(session: Session, workspace_id: int) -> dict[str, int]:
    """Rows per subject. Officers are counted in groups: the director and the deputies stand above them."""
    counts = {name: session.scalar(_rows(table, workspace_id)) or 0 for name, table in _SUBJECTS.items()}
    in_groups = _rows(Officer, workspace_id).where(Officer.group_id.is_not(None))
    return counts | {"officers": session.scalar(in_groups) or 0}


def _rows(table: type[Stamped], workspace_id: int) -> Select[int]:
    return select(func.count()).select_from(table).where(table.workspace_id == workspace_id)


def year_totals(session: Session, fiscal_year_id: int) -> tuple[dict[str, int], Decimal]:
    """The projects of a year by current status, and the money of all of them in baht."""
    statement = select(current_status_column, func.count(), func.sum(Project.budget_total))
    rows = session.execute(
        statement.where(Project.fiscal_year_id == fiscal_year_id).group_by(current_status_column)
    ).all()
    return {row[0]: row[1] for row in rows}, sum((row[2] for row in rows), Decimal("0.00"))


def has_plan(session: Session, workspace_id: int) -> bool:
    """Whether anything of a plan is here."""
    return any(plan_counts(session, workspace_id).values())


def plan_mark(session: Session, workspace_id: int) -> str | None:
    """A text that is another one after every change of the plan; None while there is none."""
    return session.scalar(select(PlanRevision.mark).where(PlanRevision.workspace_id == workspace_id))
