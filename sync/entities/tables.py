"""Reading entities as a table: filtered, searched and sorted as OData asks, page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, String, and_, column, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from core.auth.models import ActorRow
from core.errors import Problem
from sync.entities import odata
from sync.entities.models import Entity
from sync.entities.odata import Filter, Order
from sync.entities.odata_sql import COLUMNS, INSTANTS, Compiler
from sync.entities.search_terms import Term, read_search

CHUNK = 1000


@dataclass(frozen=True)
class Wanted:
    """Which entities of a list, and in which order; newest first where nothing else is asked."""

    list_id: int
    filter: Filter | None = None
    search: str = ""
    orders: tuple[Order, ...] = ()


@dataclass(frozen=True)
class Row:
    """An entity with the name of who made it."""

    entity: Entity
    creator: str | None


def count(session: Session, wanted: Wanted) -> int:
    """How many there are."""
    statement = select(func.count()).select_from(Entity).where(*_conditions(session, wanted))
    return session.scalar(statement) or 0


def rows(
    session: Session, wanted: Wanted, *, after: str | None = None, skip: int = 0, limit: int | None = None
) -> Iterator[Row]:
    """The entities from behind a token (`token`), read in portions; at most `limit`."""
    place = _place(after, wanted.orders) if after is not None else None
    left = limit
    while left is None or left > 0:
        statement = _statement(session, wanted, place).offset(skip or None)
        found = session.execute(statement.limit(CHUNK if left is None else min(left, CHUNK))).all()
        yield from (Row(item[0], item[1]) for item in found)
        if len(found) < CHUNK:
            return
        left = None if left is None else left - len(found)
        skip, place = 0, _values(found[-1][0], wanted.orders)
        session.expunge_all()


def token(entity: Entity, orders: Sequence[Order]) -> str:
    """What the next page is asked for with; opaque to clients."""
    return base64.urlsafe_b64encode(orjson.dumps(_values(entity, orders))).decode()


def _statement(session: Session, wanted: Wanted, place: list[Any] | None) -> Select[Any, Any]:
    statement = (
        select(Entity, ActorRow.display_name)
        .outerjoin(ActorRow, ActorRow.id == Entity.created_by)
        .where(*_conditions(session, wanted))
    )
    if place is not None:
        statement = statement.where(_behind(wanted.orders, place))
    keys = [COLUMNS[item.field] for item in wanted.orders]
    sorted_by = [
        (key.desc() if item.descending else key.asc()).nulls_last()
        for key, item in zip(keys, wanted.orders, strict=True)
    ]
    return statement.order_by(*sorted_by, Entity.id.desc())


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Entity.list_id == wanted.list_id]
    if wanted.filter is None or not odata.names_field(wanted.filter, odata.DELETED):
        found.append(Entity.deleted_at.is_(None))
    on_postgres = session.get_bind().dialect.name == "postgresql"
    if wanted.filter is not None:
        found.append(Compiler(on_postgres).condition(wanted.filter))
    alternatives = read_search(wanted.search)
    if alternatives:
        found.append(or_(*(and_(*(_holds(term, on_postgres) for term in terms)) for terms in alternatives)))
    return found


def _holds(term: Term, on_postgres: bool) -> ColumnElement[bool]:
    """Whether the label or some property holds a text, in whatever letter case."""
    each = func.jsonb_each_text if on_postgres else func.json_each
    value = column("value", String)
    values = each(Entity.data).table_valued(value, name="properties")
    in_property = exists(
        select(literal(1)).select_from(values).where(values.c.value.icontains(term.text, autoescape=True))
    )
    found = or_(Entity.label.icontains(term.text, autoescape=True), in_property)
    return not_(found) if term.excluded else found


def _values(entity: Entity, orders: Sequence[Order]) -> list[Any]:
    """Where an entity stands in the order: the values of the keys, and its own key."""
    by_field: dict[str, Any] = {
        odata.ID: entity.uuid,
        odata.CREATOR: entity.created_by,
        odata.CREATED: entity.created_at,
        odata.UPDATED: entity.updated_at,
        odata.DELETED: entity.deleted_at,
        odata.CONFLICT: entity.conflict,
    }
    return [*(by_field[item.field] for item in orders), entity.id]


def _place(given: str, orders: Sequence[Order]) -> list[Any]:
    """The place that a token names.

    Raises:
        Problem 400.8: it is none of this order.

    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(given.encode("ascii")))
        if isinstance(values, list) and len(values) == len(orders) + 1:
            keys = [_key(value, item.field) for value, item in zip(values, orders, strict=False)]
            if values[-1] is not None:
                return [*keys, _key(values[-1], odata.CREATOR)]
    except (ValueError, TypeError, binascii.Error, Problem) as error:
        raise _foreign_token() from error
    raise _foreign_token()


def _foreign_token() -> Problem:
    return Problem("400.8", field="$skiptoken", reason="it is none of this feed.")


def _key(value: Any, field: str) -> Any:
    """A value of a token as the database compares it; keys of rows are numbers as creators are."""
    if value is None:
        return None
    if field in INSTANTS:
        return odata.instant(value)
    if field == odata.CREATOR and type(value) is int and abs(value) < odata.LARGEST_NUMBER:
        return value
    if field != odata.CREATOR and type(value) is str and "\0" not in value:
        return value
    raise ValueError("of another type")


def _behind(orders: Sequence[Order], place: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after a place: later by some key, and the same by those before it. Empty values come last."""
    found: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for item, value in zip(orders, place, strict=False):
        key = COLUMNS[item.field]
        if value is not None:
            later = key < value if item.descending else key > value
            found.append(and_(*same, or_(later, key.is_(None))))
        same.append(key.is_(None) if value is None else key == value)
    found.append(and_(*same, Entity.id < place[-1]))
    return or_(*found)
