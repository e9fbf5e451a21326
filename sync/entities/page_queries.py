"""What the pages of entity lists ask the database for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sync.entities import odata, tables
from sync.entities.models import Entity, EntityEffect, EntityList, EntityVersion
from sync.entities.odata import Compare, Field, Literal, Order
from sync.entities.states import UNSETTLED
from sync.entities.tables import Wanted

CONFLICT, DELETED = "conflict", "deleted"
STATES = (CONFLICT, DELETED)
_FIELDS = {CONFLICT: odata.CONFLICT, DELETED: odata.DELETED}
_BY_AGE = (Order(odata.CREATED, descending=False),)


@dataclass(frozen=True)
class Asked:
    """Which rows of a list a reader wants to see. `state` is empty, ``conflict`` or ``deleted``."""

    search: str = ""
    state: str = ""

    def query(self, **more: str) -> str:
        """As the query of an address."""
        given = {"search": self.search, "state": self.state, **more}
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True)
class Page:
    """Rows, how many there are in all, and with what the following page is asked for, if there is one."""

    rows: Sequence[Entity]
    count: int
    following: str | None


def page(session: Session, entity_list: EntityList, asked: Asked, *, after: str | None, limit: int) -> Page:
    """Rows of a list from behind a place: newest first, those of the plan in its own order.

    Raises:
        Problem 400.8: `after` is no place of this list.

    """
    wanted = Wanted(list_id=entity_list.id, search=asked.search)
    if asked.state in _FIELDS:
        wanted = replace(wanted, filter=Compare("ne", Field(_FIELDS[asked.state]), Literal(None)))
    if entity_list.plan_list is not None:
        wanted = replace(wanted, orders=_BY_AGE)
    found = [row.entity for row in tables.rows(session, wanted, after=after, limit=limit + 1)]
    following = tables.token(found[limit - 1], wanted.orders) if len(found) > limit else None
    return Page(found[:limit], tables.count(session, wanted), following)


def unsettled_by_list(session: Session, workspace_id: int) -> dict[str, dict[str, int]]:
    """How many effects on each list wait or failed, by state."""
    rows = session.execute(
        select(EntityEffect.list_name, EntityEffect.state, func.count())
        .where(EntityEffect.workspace_id == workspace_id, EntityEffect.state.in_(UNSETTLED))
        .group_by(EntityEffect.list_name, EntityEffect.state)
    )
    found: dict[str, dict[str, int]] = {}
    for name, state, count in rows:
        found.setdefault(name or "", {})[state] = count
    return found


def version(session: Session, entity_id: int, number: int) -> EntityVersion | None:
    """One version of a row."""
    return session.scalars(
        select(EntityVersion).where(EntityVersion.entity_id == entity_id, EntityVersion.version == number)
    ).first()
