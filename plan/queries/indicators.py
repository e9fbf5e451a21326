"""Selects on indicators and standards."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from plan.models import FiscalYear, Indicator, Project, Standard
from plan.models.projects import ProjectIndicator
from plan.queries.base import first, listed, matches, only


def indicators(
    session: Session,
    workspace_id: int,
    *,
    year_be: int | None = None,
    framework: str = "",
    search: str = "",
    after: int | str = "",
    limit: int | None = None,
) -> Sequence[Indicator]:
    """Indicators by code, from above the code or id `after`, with year, standard, owner and issues."""
    statement = (
        select(Indicator)
        .where(Indicator.workspace_id == workspace_id)
        .options(
            joinedload(Indicator.fiscal_year),
            joinedload(Indicator.standard),
            joinedload(Indicator.owner),
            selectinload(Indicator.issues),
        )
    )
    if year_be is not None:
        statement = statement.join(FiscalYear, FiscalYear.id == Indicator.fiscal_year_id)
        statement = statement.where(FiscalYear.year_be == year_be)
    if framework:
        statement = statement.where(Indicator.framework == framework)
    if search:
        statement = statement.where(matches(search, Indicator.name, Indicator.code))
    return listed(session, statement, Indicator, after=after, limit=limit)


def find_indicator(session: Session, workspace_id: int, uuid: str, *, for_update: bool = False) -> Indicator:
    """An indicator with all that belongs to it.

    Raises:
        Problem 404.1: there is none.

    """
    statement = (
        select(Indicator)
        .where(Indicator.workspace_id == workspace_id, Indicator.uuid == uuid)
        .options(
            selectinload(Indicator.fiscal_year),
            selectinload(Indicator.standard),
            selectinload(Indicator.owner),
            selectinload(Indicator.issues),
        )
    )
    return only(session, statement, uuid, for_update=for_update)


def projects_of_indicator(session: Session, indicator: Indicator) -> Sequence[Project]:
    """The projects that answer an indicator, by code."""
    statement = (
        select(Project)
        .join(ProjectIndicator, ProjectIndicator.project_id == Project.id)
        .where(ProjectIndicator.indicator_id == indicator.id)
        .options(joinedload(Project.group))
    )
    return session.scalars(statement.order_by(Project.code)).all()


def standards(session: Session, workspace_id: int) -> Sequence[Standard]:
    """All standards, by code."""
    return session.scalars(select(Standard).where(Standard.workspace_id == workspace_id).order_by(Standard.code)).all()


def standard_or_none(session: Session, workspace_id: int, code: str) -> Standard | None:
    """A standard by its code."""
    return first(session, select(Standard).where(Standard.workspace_id == workspace_id, Standard.code == code), code)
