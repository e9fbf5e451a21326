"""Selects on districts, networks and schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from plan.models import District, School, SchoolNetwork
from plan.queries.base import first, listed, matches, only


def districts(
    session: Session, workspace_id: int, *, after: int | str = "", limit: int | None = None
) -> Sequence[District]:
    """The districts, by code."""
    statement = select(District).where(District.workspace_id == workspace_id)
    return listed(session, statement, District, after=after, limit=limit)


def find_district(session: Session, workspace_id: int, code: str, *, for_update: bool = False) -> District:
    """A district by its code.

    Raises:
        Problem 404.1: there is none.

    """
    statement = select(District).where(District.workspace_id == workspace_id, District.code == code)
    return only(session, statement, code, for_update=for_update)


def networks(session: Session, workspace_id: int) -> Sequence[SchoolNetwork]:
    """All networks of schools with their district, by code."""
    statement = (
        select(SchoolNetwork)
        .where(SchoolNetwork.workspace_id == workspace_id)
        .options(joinedload(SchoolNetwork.district))
    )
    return session.scalars(statement.order_by(SchoolNetwork.code)).all()


def network_or_none(session: Session, workspace_id: int, code: str) -> SchoolNetwork | None:
    """A network by its code."""
    statement = select(SchoolNetwork).where(SchoolNetwork.workspace_id == workspace_id, SchoolNetwork.code == code)
    return first(session, statement.options(selectinload(SchoolNetwork.district)), code)


def schools(
    session: Session,
    workspace_id: int,
    *,
    district_code: str | None = None,
    search: str = "",
    after: int | str = "",
    limit: int | None = None,
) -> Sequence[School]:
    """Schools by code, from above the code or id `after`, with district and network."""
    statement = _schools(workspace_id)
    if district_code:
        statement = statement.join(District, District.id == School.district_id).where(District.code == district_code)
    if search:
        statement = statement.where(matches(search, School.name, School.code))
    return listed(session, statement, School, after=after, limit=limit)


def active_schools(session: Session, workspace_id: int, on: dt.date) -> Sequence[School]:
    """The schools that are open on a day, by code, with district and network."""
    statement = _schools(workspace_id).where(active_on(School, on))
    return session.scalars(statement.order_by(School.code)).all()


def active_on(table: Any, day: dt.date) -> Any:
    """A condition: the row of `table` (schools or officers) is active on a day."""
    begun = or_(table.active_from.is_(None), table.active_from <= day)
    return begun & or_(table.active_to.is_(None), table.active_to >= day)


def find_school(session: Session, workspace_id: int, uuid: str, *, for_update: bool = False) -> School:
    """A school by its UUID.

    Raises:
        Problem 404.1: there is none.

    """
    statement = select(School).where(School.workspace_id == workspace_id, School.uuid == uuid)
    whole = statement.options(selectinload(School.district), selectinload(School.network))
    return only(session, whole, uuid, for_update=for_update)


def _schools(workspace_id: int) -> Select[School]:
    return (
        select(School)
        .where(School.workspace_id == workspace_id)
        .options(joinedload(School.district), joinedload(School.network))
    )
