"""Selects on orders of responsibility, and on which day which of them holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from plan.models import Indicator, Officer, ResponsibilityLine, ResponsibilityOrder
from plan.queries.base import first, only
from plan.validation import is_storable

UNSIGNED = ("draft", "signed")
SUPERSEDED = "superseded"


def holds_on(on: dt.date) -> ColumnElement[bool]:
    """A condition on orders: signed, and `on` lies in them; a superseded one holds until its successor begins."""
    later = aliased(ResponsibilityOrder)
    successor = exists().where(later.supersedes_id == ResponsibilityOrder.id, later.state.not_in(UNSIGNED))
    return and_(
        ResponsibilityOrder.valid_from <= on,
        ResponsibilityOrder.valid_to >= on,
        ResponsibilityOrder.state.not_in(UNSIGNED),
        or_(
            ResponsibilityOrder.state != SUPERSEDED,
            and_(successor, ~successor.where(later.valid_from <= on)),
        ),
    )


def orders(session: Session, workspace_id: int, *, framework: str = "") -> Sequence[ResponsibilityOrder]:
    """All orders with their lines, the newest first; an office has some dozens."""
    statement = (
        select(ResponsibilityOrder).where(ResponsibilityOrder.workspace_id == workspace_id).options(*_with_lines())
    )
    if framework:
        statement = statement.where(ResponsibilityOrder.framework == framework)
    newest = (ResponsibilityOrder.valid_from.desc(), ResponsibilityOrder.order_no)
    return session.scalars(statement.order_by(*newest)).all()


def orders_in_force(
    session: Session, workspace_id: int, on: dt.date, *, framework: str = ""
) -> Sequence[ResponsibilityOrder]:
    """The orders that hold on a day, with their lines, by number."""
    statement = (
        select(ResponsibilityOrder)
        .where(ResponsibilityOrder.workspace_id == workspace_id, holds_on(on))
        .options(*_with_lines())
    )
    if framework:
        statement = statement.where(ResponsibilityOrder.framework == framework)
    return session.scalars(statement.order_by(ResponsibilityOrder.order_no)).all()


def lines_in_force(session: Session, workspace_id: int, on: dt.date) -> Sequence[ResponsibilityLine]:
    """Who is made responsible for what by an order that holds on a day, with order, officer and subject."""
    statement = (
        select(ResponsibilityLine)
        .join(ResponsibilityOrder, ResponsibilityOrder.id == ResponsibilityLine.order_id)
        .where(ResponsibilityLine.workspace_id == workspace_id, holds_on(on))
        .options(
            joinedload(ResponsibilityLine.order),
            joinedload(ResponsibilityLine.officer).selectinload(Officer.memberships),
            joinedload(ResponsibilityLine.indicator),
            joinedload(ResponsibilityLine.project),
        )
    )
    return session.scalars(statement.order_by(ResponsibilityLine.id)).all()


def holds_order(session: Session, workspace_id: int, officer: int | str, indicator_uuid: str, on: dt.date) -> bool:
    """Whether an order makes the officer (id or code) responsible for the indicator on a day, in whatever role."""
    if not is_storable(indicator_uuid) or (isinstance(officer, str) and not is_storable(officer)):
        return False
    named = Officer.code == officer if isinstance(officer, str) else Officer.id == officer
    return bool(
        session.scalar(
            select(
                exists().where(
                    ResponsibilityLine.workspace_id == workspace_id,
                    ResponsibilityLine.order_id == ResponsibilityOrder.id,
                    ResponsibilityLine.officer_id == Officer.id,
                    ResponsibilityLine.indicator_id == Indicator.id,
                    Indicator.uuid == indicator_uuid,
                    named,
                    holds_on(on),
                )
            )
        )
    )


def find_order(session: Session, workspace_id: int, uuid: str, *, for_update: bool = False) -> ResponsibilityOrder:
    """An order with its lines.

    Raises:
        Problem 404.1: there is none.

    """
    statement = (
        select(ResponsibilityOrder)
        .where(ResponsibilityOrder.workspace_id == workspace_id, ResponsibilityOrder.uuid == uuid)
        .options(*_with_lines())
    )
    return only(session, statement, uuid, for_update=for_update)


def order_or_none(
    session: Session, workspace_id: int, order_no: str, *, for_update: bool = False
) -> ResponsibilityOrder | None:
    """An order by its number."""
    statement = select(ResponsibilityOrder).where(
        ResponsibilityOrder.workspace_id == workspace_id, ResponsibilityOrder.order_no == order_no
    )
    return first(session, statement, order_no, for_update=for_update)


def _with_lines() -> tuple[ExecutableOption, ...]:
    lines = selectinload(ResponsibilityOrder.lines)
    return (
        lines.selectinload(ResponsibilityLine.officer),
        lines.selectinload(ResponsibilityLine.indicator),
        lines.selectinload(ResponsibilityLine.project),
        selectinload(ResponsibilityOrder.supersedes),
    )
