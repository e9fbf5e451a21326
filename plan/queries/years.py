"""Selects on fiscal years and rounds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from plan.models import FiscalYear
from plan.queries.base import first, only


def fiscal_years(session: Session, workspace_id: int) -> Sequence[FiscalYear]:
    """All years with their rounds, newest first."""
    statement = (
        select(FiscalYear).where(FiscalYear.workspace_id == workspace_id).options(selectinload(FiscalYear.rounds))
    )
    return session.scalars(statement.order_by(FiscalYear.year_be.desc())).all()


def find_year(session: Session, workspace_id: int, year_be: int, *, for_update: bool = False) -> FiscalYear:
    """A fiscal year by its Buddhist-era number.

    Raises:
        Problem 404.1: the plan has none.

    """
    return only(session, _year(workspace_id, year_be), for_update=for_update)


def year_or_none(session: Session, workspace_id: int, year_be: int) -> FiscalYear | None:
    """A fiscal year by its Buddhist-era number, None when the plan has none."""
    return first(session, _year(workspace_id, year_be))


def open_year(session: Session, workspace_id: int) -> FiscalYear | None:
    """The year that is open now; None between years."""
    return session.scalars(
        select(FiscalYear)
        .where(FiscalYear.workspace_id == workspace_id, FiscalYear.status == "open")
        .options(selectinload(FiscalYear.rounds))
    ).first()


def current_year(session: Session, workspace_id: int) -> FiscalYear | None:
    """The year people mean when they name none: the open one, else the newest; None in an empty plan."""
    years = fiscal_years(session, workspace_id)
    return next((year for year in years if year.status == "open"), years[0] if years else None)


def _year(workspace_id: int, year_be: int) -> Select[FiscalYear]:
    # Numbers beyond a calendar would not fit the database's integers.
    wanted = year_be if 0 < year_be < 10_000 else -1  # noqa: PLR2004 - four digits
    return (
        select(FiscalYear)
        .where(FiscalYear.workspace_id == workspace_id, FiscalYear.year_be == wanted)
        .options(selectinload(FiscalYear.rounds))
    )
